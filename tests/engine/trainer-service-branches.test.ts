import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { scoreRows } from '../../src/core/metrics.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { curveLength } from '../../src/core/curve.ts';
import { WasmPopulation } from '../../src/engine/population/wasm-population.ts';
import { replay } from '../../src/engine/replay.ts';
import type { BranchProgress, RunRequest } from '../../src/protocol/trainer.ts';
import { Storage } from '../../src/storage/storage.ts';
import { kernelPopulations } from '../support/kernel.ts';
import { toyData, trainingData } from '../support/training-data.ts';
import { startService, type TestedService } from '../support/trainer-service.ts';

/** Branches and seeds as the worker serves them: real engine, real storage on an imitation of IndexedDB. */

const toy = toyData();
let databases = 0;
let storage: Storage;

beforeEach(() => {
  storage = new Storage(`trainer-branches-${++databases}`);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await storage.close();
});

function request(changes: Partial<RunRequest> = {}): RunRequest {
  return { heldOutDomain: 'domain 2', head: { kind: 'hidden', width: 8 }, seed: 1, seeds: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: { ...DEFAULT_KNOBS, batchSize: 4 }, steps: 60, ...changes };
}

async function started(changes: Partial<RunRequest> = {}): Promise<TestedService> {
  const tested = await startService(storage);
  await tested.api.setData(toy.dataset, toy.features.slice());
  await tested.service.newRun(request(changes));
  return tested;
}

async function trainToTheEnd({ api, events }: TestedService) {
  const stopped = events.stopped();
  await api.train();
  return stopped;
}

async function steps(tested: TestedService, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await tested.api.stepOnce();
}

/** A branch's first curve as a page puts it together from a snapshot and the reports after it. */
function joined(snapshot: Float64Array, reports: readonly BranchProgress[]): Float64Array {
  return reports.reduce((curve, { chunkFrom, chunks }) => {
    expect(chunkFrom).toBeLessThanOrEqual(curveLength(curve));
    return Float64Array.from([...curve.slice(0, chunkFrom * 10), ...(chunks[0] as Float64Array)]);
  }, snapshot);
}

describe('a fork', () => {
  test('of a running run goes on training, and the page can join both curves from what it is told', async () => {
    const tested = await started({ steps: 3000 });
    const reached = tested.events.nextProgress(({ step }) => step >= 20);
    await tested.api.train();
    await reached;
    const before = tested.events.progress.length;
    const snapshot = await tested.api.fork('run 1');
    expect(snapshot.branches.map(({ record: { id, fork } }) => [id, fork?.from ?? null])).toEqual([['run 1', null], ['run 2', 'run 1']]);
    await tested.api.change('run 2', 'l2', true);
    const stopped = tested.events.stopped();
    const last = await stopped;
    expect(last.branches.map(({ step }) => step)).toEqual([3000, 3000]);
    for (const [i, { record, heads }] of snapshot.branches.entries()) {
      const reports = tested.events.progress.slice(before).flatMap(({ branches }) => branches.filter((branch) => branch.record.id === record.id));
      const [curve] = await replay(last.branches[i]?.record ?? expect.fail('no branch'), trainingData(toy), kernelPopulations);
      expect(joined(heads[0]?.curve ?? expect.fail('no head'), reports)).toEqual(curve);
    }
  });

  test('is compared with the run on the same watched examples, and where nothing was changed there is no difference', async () => {
    const tested = await started();
    await steps(tested, 12);
    await tested.api.fork('run 1');
    await tested.api.stepOnce();
    const same = tested.events.progress.at(-1)?.branches[1]?.difference;
    expect(same).toMatchObject({ step: 13, over: 'examples', n: trainingData(toy).splits[0]?.watched.length, loss: { value: 0, low: 0, high: 0 } });
    await tested.api.change('run 2', 'learningRate', 0.5);
    const last = await trainToTheEnd(tested);
    expect(last.branches[0]?.difference).toBeNull();
    expect(last.branches[1]?.difference).toMatchObject({ step: 60 });
    expect(last.branches[1]?.difference?.loss.value).not.toBe(0);
  });

  test('and its name are there when the run is opened again, and a deleted branch is not', async () => {
    const first = await started();
    await steps(first, 5);
    await first.api.fork('run 1');
    await first.api.fork('run 2');
    await first.api.renameBranch('run 2', 'with L2');
    await first.api.change('run 2', 'l2', true);
    await first.api.deleteBranch('run 3');
    await first.api.pause();
    const second = await startService(storage);
    await second.api.setData(toy.dataset, toy.features.slice());
    const snapshot = await second.api.openRun('run 1');
    expect(snapshot?.branches.map(({ record, name, step }) => [record.id, name, step])).toEqual([['run 1', '', 5], ['run 2', 'with L2', 5]]);
    expect(snapshot?.branches[1]?.record.log).toEqual([{ step: 5, knob: 'l2', value: true }]);
  });

  test('shares the looks of what came before it, and adds its own', async () => {
    const tested = await started({ steps: 20 });
    await steps(tested, 10); // scored after 0 and 10 steps
    await tested.api.fork('run 1');
    const last = await trainToTheEnd(tested); // both after 20
    expect(last.looks).toEqual({ evaluations: 4, runs: 1 });
  });

  test('survives a lost device with both branches where they were', async () => {
    const tested = await started();
    await steps(tested, 7);
    await tested.api.fork('run 1');
    await tested.api.change('run 2', 'dropout', true);
    await steps(tested, 5);
    const recovered = tested.events.nextProgress(); // the report of where it goes on from
    tested.loseDevice();
    await recovered;
    const last = await trainToTheEnd(tested);
    for (const [i, { record }] of last.branches.entries()) {
      const kept = (await storage.runs.loadRun('run 1'))[i];
      expect(kept?.heads[0]?.curve).toEqual((await replay(record, trainingData(toy), kernelPopulations))[0]);
    }
    expect(last.branches[1]?.record.log).toEqual([{ step: 7, knob: 'dropout', value: true }]);
  });

  test('too many, an unknown one, and the deletion of the last are errors for the page', async () => {
    const tested = await started();
    for (let i = 0; i < 3; i++) await tested.api.fork('run 1');
    await expect(tested.api.fork('run 1')).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('4 branches') as string });
    await expect(tested.api.renameBranch('nobody', 'x')).rejects.toMatchObject({ code: 'bad-input' });
    const alone = await tested.service.newRun(request());
    await expect(tested.api.deleteBranch(alone.record.id)).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('several seeds', () => {
  test('report a curve each, and their mean answers a sentence', async () => {
    const tested = await started({ seeds: 3 });
    const last = await trainToTheEnd(tested);
    const curves = await replay(last.record, trainingData(toy, [1, 2, 3]), kernelPopulations);
    expect((await storage.runs.loadRun('run 1'))[0]?.heads.map(({ curve }) => curve)).toEqual(curves);
    const probabilities = (await tested.api.predict('run 1', toy.features.slice(0, 16))) ?? [];
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(last.looks).toEqual({ evaluations: 7, runs: 1 });
  });

  test('out of range are refused', async () => {
    const tested = await started();
    await expect(tested.api.newRun(request({ seeds: 17 }))).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('Seeds') as string });
  });
});

describe('the sealed half', () => {
  test('is not revealed before the run is over, and nothing is counted', async () => {
    const tested = await started();
    await steps(tested, 3);
    await expect(tested.api.reveal('run 1')).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('when the run is over') as string });
    expect(await storage.seals.getReveals(toy.dataset.id, 'domain 2')).toBe(0);
  });

  test('is scored by each head of the finished run, and each reveal is counted', async () => {
    const tested = await started({ seeds: 2 });
    const { record } = await trainToTheEnd(tested);
    const reveal = await tested.api.reveal('run 1');
    const data = trainingData(toy, [1, 2]);
    const sealed = data.splits[0]?.sealed ?? expect.fail('no split');
    const [kept] = await storage.runs.loadRun('run 1');
    const population = await kernelPopulations(data.population, record.head, data.splits.map(({ train }, i) => ({ seed: 1 + i, train, parts: [] })));
    for (const [i, checkpoint] of (kept?.checkpoints ?? []).entries()) {
      await population.restore(i, checkpoint);
      const classOf = sealed.map((row) => data.population.classOf[row] as number);
      expect(reveal.sealed[i]).toEqual(scoreRows(await population.rowLogits(i, sealed), 2, classOf, 0, sealed.length));
    }
    population.dispose();
    expect(reveal.reveals).toBe(1);
    expect((await tested.api.reveal('run 1')).reveals).toBe(2);
    await storage.seals.addReveal(toy.dataset.id, 'domain 2'); // as a table does, or another tab
    expect(await tested.api.counts()).toEqual({ reveals: 3, looks: { evaluations: 7, runs: 1 } });
    expect((await tested.api.newRun(request())).reveals).toBe(3);
    expect((await tested.api.newRun(request({ heldOutDomain: 'domain 1' }))).reveals).toBe(0);
  });

  test('holds up no recovery when the device is lost while it is scored, is not counted then, and can be asked for again', async () => {
    const tested = await started();
    await trainToTheEnd(tested);
    const reading = new Promise<void>((resolve) => {
      vi.spyOn(WasmPopulation.prototype, 'rowLogits').mockImplementationOnce(() => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    const moved = tested.events.nextBackend();
    const revealing = expect(tested.api.reveal('run 1')).rejects.toMatchObject({ code: 'device-lost' });
    await reading;
    tested.loseDevice();
    await revealing;
    await moved;
    expect(await storage.seals.getReveals(toy.dataset.id, 'domain 2')).toBe(0);
    expect((await tested.api.reveal('run 1')).reveals).toBe(1);
  });
});
