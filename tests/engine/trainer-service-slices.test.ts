import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { curveLength, unpackEvaluation } from '../../src/core/curve.ts';
import type { Dataset } from '../../src/core/examples.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { EVALUATE_EVERY } from '../../src/core/run-record.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { splitDataset } from '../../src/core/splits.ts';
import { WasmPopulation } from '../../src/engine/population/wasm-population.ts';
import { HeldoutError } from '../../src/protocol/errors.ts';
import type { RunRequest, RunSnapshot } from '../../src/protocol/trainer.ts';
import { Storage } from '../../src/storage/storage.ts';
import { toyData } from '../support/training-data.ts';
import { startService } from '../support/trainer-service.ts';

const { dataset: bare, features } = toyData({ rows: [60, 60, 120], noise: 0.8 });
const dataset: Dataset = { ...bare, examples: bare.examples.map((example, row) => ({ ...example, group: row % 3 === 0 ? 'g1' : 'g2' })), groups: ['g1', 'g2'] };
const HELD_OUT = 'domain 2';
const REQUEST: RunRequest = { heldOutDomain: HELD_OUT, head: { kind: 'linear' }, seed: 1, seeds: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: { ...DEFAULT_KNOBS, batchSize: 4 }, steps: 300 };

let databases = 0;
let storage: Storage;

beforeEach(() => {
  storage = new Storage(`trainer-service-slices-${++databases}`);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await storage.close();
});

async function started(changes: Partial<RunRequest> = {}) {
  const tested = await startService(storage);
  const { api } = tested;
  await api.setData(dataset, features.slice());
  const { branches } = await api.newRun({ ...REQUEST, ...changes });
  const branch = branches[0]?.record.id ?? '';
  const steps = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await api.stepOnce();
  };
  return { ...tested, branch, steps };
}

test('the slices of a part add up to what its curve says, in every way of slicing', async () => {
  const { api, branch, steps } = await started();
  await steps(EVALUATE_EVERY);
  for (const part of ['validation', 'heldOut'] as const) {
    const { tables, n, step } = await api.slices(branch, part);
    const evaluation = lastEvaluation(await api.fork(branch));
    expect(step).toBe(EVALUATE_EVERY);
    expect(tables.map(({ by }) => by)).toEqual(part === 'validation' ? ['group', 'label', 'domain', 'group and label'] : ['group', 'label', 'group and label']);
    for (const { table } of tables) {
      expect(table.slices.reduce((sum, { score }) => sum + score.n, 0)).toBe(n);
      expect([n, table.slices.reduce((sum, { score }) => sum + score.correct, 0)]).toEqual([evaluation[part].n, evaluation[part].correct]);
    }
  }
});

test('of the held-out domain only the watched half is scored', async () => {
  const { api, branch } = await started();
  await api.stepOnce();
  const { watched, sealed } = splitDataset(dataset, HELD_OUT, 1);
  const read = vi.spyOn(WasmPopulation.prototype, 'rowLogits');
  const { tables, n } = await api.slices(branch, 'heldOut');
  expect(read.mock.calls.map(([, rows]) => rows)).toEqual([watched]);
  const inGroup = (rows: Uint32Array, group: string): number => rows.filter((row) => dataset.examples[row]?.group === group).length;
  expect(n).toBe(watched.length);
  expect(tables[0]?.table.slices.map(({ name, score }) => [name, score.n])).toEqual(['g1', 'g2'].map((group) => [group, inGroup(watched, group)]));
  expect(watched.filter((row) => sealed.includes(row))).toHaveLength(0);
  expect(sealed.length).toBeGreaterThan(0);
});

test('a look at the watched half is counted once for each step, none where it has just been evaluated, none for validation', async () => {
  const { api, branch, steps } = await started();
  await steps(EVALUATE_EVERY); // two evaluations: before the first step, and now
  const evaluations = async (): Promise<number | undefined> => (await api.counts())?.looks.evaluations;
  const before = (await evaluations()) ?? NaN;
  expect((await api.slices(branch, 'heldOut')).looks.evaluations).toBe(before);
  await steps(1);
  await api.slices(branch, 'validation');
  expect(await evaluations()).toBe(before);
  expect((await api.slices(branch, 'heldOut')).looks.evaluations).toBe(before + 1);
  await api.slices(branch, 'heldOut');
  expect(await evaluations()).toBe(before + 1);
  await steps(1);
  expect((await api.slices(branch, 'heldOut')).looks).toEqual({ evaluations: before + 2, runs: 1 });
});

test('a look between two evaluations is not counted again after a reload, nor in a branch that is split off there', async () => {
  const { api, branch, steps } = await started();
  await steps(EVALUATE_EVERY + 1);
  const { looks } = await api.slices(branch, 'heldOut');
  expect(looks).toEqual({ evaluations: 3, runs: 1 });

  const reloaded = await startService(storage, { idPrefix: 'reloaded, ' });
  await reloaded.api.setData(dataset, features.slice());
  const reopened = await reloaded.api.openRun('run 1');
  expect(reopened?.branches[0]).toMatchObject({ step: EVALUATE_EVERY + 1, name: '' });
  expect((await reloaded.api.slices(branch, 'heldOut')).looks).toEqual(looks);
  const { branches } = await reloaded.api.fork(branch);
  const split = branches[1]?.record.id ?? '';
  expect((await reloaded.api.slices(split, 'heldOut')).looks).toEqual(looks);
  await reloaded.api.stepOnce();
  expect((await reloaded.api.slices(branch, 'heldOut')).looks).toEqual({ evaluations: 4, runs: 1 });
  expect((await reloaded.api.slices(split, 'heldOut')).looks).toEqual({ evaluations: 5, runs: 1 }); // by now another head, or it may be
});

test('a look in mid-training is kept with the run, though the page is gone before it is saved otherwise', async () => {
  const { api, events, branch } = await started({ steps: 10_000 });
  const begun = events.nextProgress((event) => event.step > 0);
  await api.train();
  await begun;
  await api.setPace(25); // so that it stands between two evaluations now and then
  const next = async (): Promise<number> => (await api.slices(branch, 'heldOut')).step;
  let step = await next();
  while (step % EVALUATE_EVERY === 0) step = await next();
  const [stored] = await storage.runs.loadRun('run 1');
  expect([stored?.checkpoints[0]?.step, stored?.lookedAside]).toEqual([step, [step]]);
  await api.pause();
});

test('training that is going on goes on afterwards, to the curve that it would have had', async () => {
  const undisturbed = await started({ steps: 60 });
  await undisturbed.steps(60);
  const wanted = (await undisturbed.api.fork(undisturbed.branch)).branches[0]?.heads;
  const { api, events, branch } = await started({ steps: 60 });
  const ended = events.nextProgress((event) => event.step === 60);
  await api.train();
  const { step } = await api.slices(branch, 'validation');
  await ended;
  expect(step).toBeLessThan(60);
  expect((await api.fork(branch)).branches[0]?.heads).toEqual(wanted);
});

test('with several seeds each one’s head is scored, in validation on its own rows, and the table has their means', async () => {
  const { api, branch, steps } = await started({ seeds: 3 });
  await steps(EVALUATE_EVERY);
  for (const part of ['validation', 'heldOut'] as const) {
    const { tables, n } = await api.slices(branch, part);
    const evaluations = lastEvaluations(await api.fork(branch)).map((scores) => scores[part]);
    expect(evaluations).toHaveLength(3);
    expect(new Set(evaluations.map(({ correct }) => correct)).size).toBeGreaterThan(1); // else the first seed's would do
    const meanCorrect = evaluations.reduce((sum, { correct }) => sum + correct, 0) / 3;
    for (const { table } of tables) {
      expect(table.seeds).toBe(3);
      expect(table.slices.reduce((sum, { score }) => sum + score.correct, 0)).toBeCloseTo(meanCorrect, 9);
      expect(table.slices.reduce((sum, { predicted }) => sum + predicted.reduce((rows, own) => rows + own, 0), 0)).toBeCloseTo(n, 9);
    }
  }
});

test('with several seeds a group of which seeds keep more or fewer rows for validation says so, and one look is counted for all heads', async () => {
  const { api, branch, steps } = await started({ seeds: 3 });
  await steps(EVALUATE_EVERY + 1);
  const sizes = [1, 2, 3].map((seed) => splitDataset(dataset, HELD_OUT, seed).validation.filter((row) => dataset.examples[row]?.group === 'g1').length);
  const { tables } = await api.slices(branch, 'validation');
  const group = tables.find(({ by }) => by === 'group')?.table.slices.find(({ name }) => name === 'g1');
  expect(Math.max(...sizes)).toBeGreaterThan(Math.min(...sizes));
  expect(group?.score).toMatchObject({ n: Math.min(...sizes), mostN: Math.max(...sizes) });
  const before = (await api.counts())?.looks.evaluations ?? NaN;
  expect((await api.slices(branch, 'heldOut')).looks.evaluations).toBe(before + 1);
});

test('scores go by the labels of the part, noisy where noise in validation was asked for', async () => {
  const noisy = await started({ shape: { ...DEFAULT_SHAPE, labelNoise: 0.4, noiseInValidation: true } });
  await noisy.steps(EVALUATE_EVERY);
  const { tables } = await noisy.api.slices(noisy.branch, 'validation');
  const { validation } = lastEvaluation(await noisy.api.fork(noisy.branch));
  const correct = tables[0]?.table.slices.reduce((sum, { score }) => sum + score.correct, 0);
  expect(correct).toBe(validation.correct);
});

test('scores that fail stop no training', async () => {
  const { api, events, branch } = await started({ steps: 60 });
  vi.spyOn(WasmPopulation.prototype, 'rowLogits').mockRejectedValueOnce(new Error('Out of memory'));
  const ended = events.nextProgress((event) => event.step === 60);
  await api.train();
  await expect(api.slices(branch, 'heldOut')).rejects.toThrow('Out of memory');
  await ended;
  expect(events.failures).toEqual([]);
  expect((await api.counts())?.looks).toEqual({ evaluations: 1 + 60 / EVALUATE_EVERY, runs: 1 }); // what was not seen is no look
});

test('a read that never comes back holds up no recovery, and the scores can be asked for again', async () => {
  const { api, events, branch, steps, loseDevice } = await started();
  await steps(EVALUATE_EVERY);
  const hanging = new Promise<void>((resolve) => {
    vi.spyOn(WasmPopulation.prototype, 'rowLogits').mockImplementationOnce(() => {
      resolve();
      return new Promise(() => undefined);
    });
  });
  const moved = events.nextBackend();
  const scoring = expect(api.slices(branch, 'validation')).rejects.toMatchObject({ code: 'device-lost' });
  await hanging;
  loseDevice();
  await scoring;
  expect((await moved).notice).toContain(`from step ${EVALUATE_EVERY}`);
  expect(await api.slices(branch, 'validation')).toMatchObject({ step: EVALUATE_EVERY, part: 'validation' });
});

test('of hundreds of slices no table is made', async () => {
  const large = toyData({ rows: [20, 20, 2000], classes: 3 });
  const names = Array.from({ length: 200 }, (_, i) => `g${i}`);
  const examples = large.dataset.examples.map((example, row) => ({ ...example, group: names[row % names.length] as string }));
  const grouped: Dataset = { ...large.dataset, examples, groups: names };
  const pairs = new Set(Array.from(splitDataset(grouped, HELD_OUT, 1).watched, (row) => `${examples[row]?.group} ${examples[row]?.label}`));
  expect(pairs.size).toBeGreaterThan(400);
  const { api } = await startService(storage);
  await api.setData(grouped, large.features);
  const { branches } = await api.newRun(REQUEST);
  expect((await api.slices(branches[0]?.record.id ?? '', 'heldOut')).tables.map(({ by }) => by)).toEqual(['group', 'label']);
});

test('a branch that is not there is refused', async () => {
  const { api } = await started();
  await expect(api.slices('no such branch', 'validation')).rejects.toThrow(HeldoutError);
});

/** The last scores of the first branch's first head. */
/** One a seed. */
function lastEvaluations({ branches }: RunSnapshot) {
  return (branches[0]?.heads ?? []).map(({ curve, sizes }) => unpackEvaluation(curve, curveLength(curve) - 1, sizes).scores);
}

function lastEvaluation(snapshot: RunSnapshot) {
  const [first] = lastEvaluations(snapshot);
  if (!first) throw new Error('There is no curve.');
  return first;
}
