import { describe, expect, test } from 'vitest';
import { replay } from '../../src/engine/replay.ts';
import { Run } from '../../src/engine/run.ts';
import { MAX_BRANCHES, type RunRecord } from '../../src/core/run-record.ts';
import { kernelPopulations } from '../support/kernel.ts';
import { replayed } from '../support/replayed.ts';
import { newRecord, stepsOf } from '../support/runs.ts';
import { toyData, trainingData } from '../support/training-data.ts';

const toy = toyData();
const ID = newRecord().id;

function begin(record: RunRecord): Promise<Run> {
  const seeds = Array.from({ length: record.seeds }, (_, i) => record.seed + i);
  return Run.begin(record, trainingData(toy, seeds), kernelPopulations);
}

async function finish(run: Run): Promise<void> {
  while (!run.finished) await run.advance(10);
}

async function advanceTo(run: Run, id: string, step: number): Promise<void> {
  while (run.stepOf(id) < step) await run.advance(step - run.stepOf(id));
}

function curvesOf(run: Run, id: string): readonly Float64Array[] {
  return run.headsOf(id).map(({ curve }) => curve);
}

describe('several seeds', () => {
  test('train as each would alone, to the bit, each on a split of its own', async () => {
    const run = await begin(newRecord({ seeds: 3, initialKnobs: { ...newRecord().initialKnobs, dropout: true, noise: true, mixup: true } }));
    await finish(run);
    const curves = curvesOf(run, ID);
    expect(curves).toHaveLength(3);
    for (const [i, curve] of curves.entries()) {
      const seed = 1 + i;
      expect(curve).toEqual(await replayed({ ...run.record, seed, seeds: 1 }, trainingData(toy, seed)));
    }
    expect(curves[1]).not.toEqual(curves[0]);
    run.dispose();
  });

  test('are replayed from their record to the bit', async () => {
    const run = await begin(newRecord({ seeds: 2 }));
    await advanceTo(run, ID, 13);
    run.change(ID, 'l2', true);
    await finish(run);
    expect(await replay(run.record, trainingData(toy, [1, 2]), kernelPopulations)).toEqual(curvesOf(run, ID));
    run.dispose();
  });
});

describe('a fork', () => {
  test('that changes nothing goes on as the run does, to the bit: the same batches and random numbers', async () => {
    const run = await begin(newRecord({ initialKnobs: { ...newRecord().initialKnobs, dropout: true } }));
    await advanceTo(run, ID, 15);
    await run.fork(ID, 'copy');
    expect(run.ids).toEqual([ID, 'copy']);
    expect(run.recordOf('copy').fork).toEqual({ from: ID, step: 15 });
    await finish(run);
    expect(curvesOf(run, 'copy')).toEqual(curvesOf(run, ID));
    run.dispose();
  });

  test('with a changed knob equals the replay of its own record, and the run equals never having been forked', async () => {
    const run = await begin(newRecord({ seeds: 2 }));
    await advanceTo(run, ID, 15);
    await run.fork(ID, 'copy');
    run.change('copy', 'dropout', true);
    await finish(run);
    const data = trainingData(toy, [1, 2]);
    expect(curvesOf(run, 'copy')).toEqual(await replay(run.recordOf('copy'), data, kernelPopulations));
    expect(curvesOf(run, ID)).toEqual(await replay(newRecord({ seeds: 2 }), data, kernelPopulations));
    expect(curvesOf(run, 'copy')).not.toEqual(curvesOf(run, ID));
    expect(run.record.log).toEqual([]);
    run.dispose();
  });

  test('of a fork can be made longer than the others, which then rest', async () => {
    const run = await begin(newRecord({ initialSteps: 20 }));
    await advanceTo(run, ID, 5);
    await run.fork(ID, 'b');
    await advanceTo(run, 'b', 12);
    await run.fork('b', 'c');
    run.change('c', 'steps', 35);
    await finish(run);
    expect(run.ids.map((id) => run.stepOf(id))).toEqual([20, 20, 35]);
    expect(stepsOf(curvesOf(run, 'c')[0] as Float64Array)).toEqual([0, 10, 20, 30, 35]);
    expect(await replayed(run.recordOf('c'), trainingData(toy))).toEqual(curvesOf(run, 'c')[0]);
    run.dispose();
  });

  test('is refused beyond the greatest number of branches, and by a branch that is not there', async () => {
    const run = await begin(newRecord());
    for (let i = 1; i < MAX_BRANCHES; i++) await run.fork(ID, `branch ${i}`);
    await expect(run.fork(ID, 'one more')).rejects.toThrow(RangeError);
    await expect(run.fork('nobody', 'x')).rejects.toThrow(RangeError);
    expect(run.ids).toHaveLength(MAX_BRANCHES);
    run.dispose();
  });

  test('survives the deletion of what it was forked off, and the last branch cannot be deleted', async () => {
    const run = await begin(newRecord());
    await advanceTo(run, ID, 10);
    await run.fork(ID, 'copy');
    run.change('copy', 'l2', true);
    await run.remove(ID);
    expect(run.ids).toEqual(['copy']);
    await finish(run);
    expect(curvesOf(run, 'copy')[0]).toEqual(await replayed(run.recordOf('copy'), trainingData(toy)));
    await expect(run.remove('copy')).rejects.toThrow(RangeError);
    run.dispose();
  });

  test('is kept and gone on with like the run itself', async () => {
    const run = await begin(newRecord());
    await advanceTo(run, ID, 7);
    await run.fork(ID, 'copy');
    run.change('copy', 'noise', true);
    await advanceTo(run, 'copy', 23);
    const kept = await run.kept();
    await finish(run);
    const resumed = await Run.resume(kept, trainingData(toy), kernelPopulations);
    await finish(resumed);
    for (const id of run.ids) expect(curvesOf(resumed, id)).toEqual(curvesOf(run, id));
    run.dispose();
    resumed.dispose();
  });
});
