import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { curveLength, unpackEvaluation, type Evaluation } from '../../src/core/curve.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { scoreRows, type PartScore } from '../../src/core/metrics.ts';
import type { RunRecord } from '../../src/core/run-record.ts';
import { DEFAULT_SHAPE, type ShapeValues } from '../../src/core/shape.ts';
import { memberSpecs, type RunData } from '../../src/engine/run-data.ts';
import { replay } from '../../src/engine/replay.ts';
import type { RunRequest } from '../../src/protocol/trainer.ts';
import { Storage } from '../../src/storage/storage.ts';
import { storedFirst, type FirstSnapshot } from '../support/first-branch.ts';
import { kernelPopulations } from '../support/kernel.ts';
import { replayed } from '../support/replayed.ts';
import { toyData, trainingData } from '../support/training-data.ts';
import { joinChunks } from '../support/trainer-events.ts';
import { startService, type TestedService } from '../support/trainer-service.ts';

/** Runs on shaped data, as the training worker makes them, on the real kernel and storage. */

const toy = toyData({ rows: [60, 40, 40], classes: 3, noise: 0.6 });
const SHAPE: ShapeValues = { examplesPerClass: 10, labelNoise: 0.3, noiseInValidation: false, classImbalance: 0.5, domainImbalance: 0.2, validationShare: 0.3 };

let databases = 0;
let storage: Storage;

beforeEach(() => {
  storage = new Storage(`run-shape-${++databases}`);
});

afterEach(async () => {
  await storage.close();
});

function request(shape: Partial<ShapeValues>, changes: Partial<RunRequest> = {}): RunRequest {
  const knobs = { ...DEFAULT_KNOBS, batchSize: 4 };
  return { heldOutDomain: 'domain 2', head: { kind: 'hidden', width: 8 }, seed: 1, seeds: 1, groupBy: 'domain', shape: { ...DEFAULT_SHAPE, ...shape }, knobs, steps: 60, ...changes };
}

async function started(): Promise<TestedService> {
  const tested = await startService(storage);
  await tested.service.setData(toy.dataset, toy.features.slice());
  return tested;
}

async function trainToTheEnd({ service, events }: TestedService) {
  const stopped = events.stopped();
  await service.train();
  return stopped;
}

/** As a run with the record’s shape takes it, made anew. */
function dataOf({ shape, seed, seeds }: RunRecord): RunData {
  return trainingData(toy, Array.from({ length: seeds }, (_, i) => seed + i), 'domain 2', shape);
}

/** What an untrained head with a run's shape scores. */
async function firstScores(shape: Partial<ShapeValues>): Promise<Evaluation['scores']> {
  const tested = await started();
  const { sizes } = await tested.service.newRun(request(shape));
  await tested.service.stepOnce();
  return unpackEvaluation(joinChunks(tested.events.progress), 0, sizes).scores;
}

describe('a run on shaped data', () => {
  test('says what its shape did, keeps the shape in its record, and trains as a replay of that record', async () => {
    const tested = await started();
    const snapshot = await tested.service.newRun(request(SHAPE));
    expect(snapshot.record.shape).toEqual(SHAPE);
    const { effect, trainDomains, validation } = snapshot.split;
    const [split] = dataOf(snapshot.record).splits;
    expect(effect).toEqual(split?.effect);
    expect(effect.wrongInTraining).toBeGreaterThan(0);
    expect(effect.trained).toBeLessThan(effect.leftOut);
    expect(trainDomains.map(({ rows }) => rows)).toEqual(split?.train.map((rows) => rows.length));
    expect(validation).toBe(split?.validation.length);
    expect(snapshot.sizes).toEqual({ train: effect.trained, validation, heldOut: split?.watched.length });

    const last = await trainToTheEnd(tested);
    const curve = joinChunks(tested.events.progress);
    expect(curve).toEqual(await replayed(last.record, dataOf(last.record)));
    for (const part of ['examplesPerClass', 'labelNoise', 'noiseInValidation', 'classImbalance', 'domainImbalance', 'validationShare'] as const) {
      const other = { ...last.record, shape: { ...SHAPE, [part]: part === 'noiseInValidation' ? true : DEFAULT_SHAPE[part] } };
      expect(curve, part).not.toEqual(await replayed(other, dataOf(other)));
    }
  });

  test('is stored with its shape and goes on from there in another visit', async () => {
    const first = await started();
    await first.service.newRun(request(SHAPE));
    for (let i = 0; i < 15; i++) await first.service.stepOnce();
    expect((await storedFirst(storage, 'run 1'))?.record.shape).toEqual(SHAPE);

    const second = await started();
    const reopened = (await second.service.openRun('run 1')) as FirstSnapshot;
    expect(reopened).toMatchObject({ step: 15, record: { shape: SHAPE }, split: { effect: dataOf(reopened.record).splits[0]?.effect } });
    const last = await trainToTheEnd(second);
    expect(joinChunks(second.events.progress, reopened.curve)).toEqual(await replayed(last.record, dataOf(last.record)));
  });

  test('of several seeds gives each head its own rows and wrong labels, as if it were alone', async () => {
    const tested = await started();
    const { record } = await tested.service.newRun(request(SHAPE, { seeds: 3 }));
    const curves = await replay(record, dataOf(record), kernelPopulations);
    for (const [i, curve] of curves.entries()) {
      const alone = { ...record, seeds: 1, seed: 1 + i };
      expect(curve).toEqual(await replayed(alone, dataOf(alone)));
    }
  });

  test('that is impossible is refused in words, and the current run stays', async () => {
    const tested = await started();
    await tested.service.newRun(request({}));
    await expect(tested.service.newRun(request({ validationShare: 0.9 }))).rejects.toMatchObject({ code: 'bad-input', message: 'Validation share must be between 0.05 and 0.5, not 0.9.' });
    expect((await trainToTheEnd(tested)).record).toMatchObject({ id: 'run 1', shape: DEFAULT_SHAPE });
  });
});

describe('wrong labels', () => {
  const scoresOf = async (record: RunRecord, data: RunData, classes: (row: number) => number): Promise<readonly PartScore[]> => {
    const kept = await storedFirst(storage, record.id);
    const specs = memberSpecs(data, [record.seed]);
    const population = await kernelPopulations(data.population, record.head, specs);
    await population.restore(0, kept?.checkpoint ?? expect.fail('not stored'));
    const scores = await Promise.all(
      (specs[0]?.parts ?? []).map(async (rows) => scoreRows(await population.rowLogits(0, rows), 3, Array.from(rows, classes), 0, rows.length)),
    );
    population.dispose();
    return scores;
  };

  test.each([false, true])('count in the scores of training, and of validation where asked for (%s), never of the held-out half', async (noiseInValidation) => {
    const tested = await started();
    await tested.service.newRun(request({ labelNoise: 0.3, noiseInValidation }));
    const { record } = await trainToTheEnd(tested);
    const data = dataOf(record);
    const [split] = data.splits;
    const curve = joinChunks(tested.events.progress);
    const sizes = { train: split?.effect.trained ?? 0, validation: split?.validation.length ?? 0, heldOut: split?.watched.length ?? 0 };
    const { train, validation, heldOut } = unpackEvaluation(curve, curveLength(curve) - 1, sizes).scores;
    const byOwn = await scoresOf(record, data, (row) => split?.classOf?.[row] as number);
    const byData = await scoresOf(record, data, (row) => data.population.classOf[row] as number);
    expect([train, validation, heldOut]).toEqual(byOwn);
    expect(train).not.toEqual(byData[0]);
    expect(heldOut).toEqual(byData[2]);
    if (noiseInValidation) expect(validation).not.toEqual(byData[1]);
    else expect(validation).toEqual(byData[1]);
  });

  test('in validation change its figures, and no others before the first step', async () => {
    const [clean, noisy, plain] = [await firstScores({ labelNoise: 0.4 }), await firstScores({ labelNoise: 0.4, noiseInValidation: true }), await firstScores({})];
    expect(noisy.validation).not.toEqual(clean.validation);
    expect({ ...noisy, validation: null }).toEqual({ ...clean, validation: null });
    expect(clean).toMatchObject({ validation: plain.validation, heldOut: plain.heldOut });
    expect(clean.train).not.toEqual(plain.train);
  });

  test('are learnt by heart: after many steps the head agrees with them more than with the labels that they replaced', async () => {
    const tested = await started();
    await tested.service.newRun(request({ labelNoise: 0.3 }, { head: { kind: 'hidden', width: 64 }, steps: 1500 }));
    const { record } = await trainToTheEnd(tested);
    const data = dataOf(record);
    const [split] = data.splits;
    const [byOwn] = await scoresOf(record, data, (row) => split?.classOf?.[row] as number);
    const [byData] = await scoresOf(record, data, (row) => data.population.classOf[row] as number);
    expect(byOwn?.correct).toBeGreaterThan(byData?.correct ?? NaN);
  });

  test('are in no sealed half', async () => {
    const tested = await started();
    await tested.service.newRun(request({ labelNoise: 0.5, noiseInValidation: true }));
    const { record } = await trainToTheEnd(tested);
    const data = dataOf(record);
    const sealed = data.splits[0]?.sealed ?? expect.fail('no split');
    const population = await kernelPopulations(data.population, record.head, memberSpecs(data, [1]));
    await population.restore(0, (await storedFirst(storage, record.id))?.checkpoint ?? expect.fail('not stored'));
    const targets = Array.from(sealed, (row) => toy.dataset.labels.indexOf(toy.dataset.examples[row]?.label ?? ''));
    expect((await tested.api.reveal(record.id)).sealed).toEqual([scoreRows(await population.rowLogits(0, sealed), 3, targets, 0, sealed.length)]);
    population.dispose();
  });
});
