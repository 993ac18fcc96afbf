import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/core/run-record.ts';
import type { RunData } from '../../src/engine/run-data.ts';
import { replay } from '../../src/engine/replay.ts';
import { Run } from '../../src/engine/run.ts';
import { VariantPool } from '../../src/engine/variant-pool.ts';
import { kernelPopulations } from '../support/kernel.ts';
import { newRecord } from '../support/runs.ts';
import { toyData, trainingData } from '../support/training-data.ts';
import { madeUpVariants } from '../support/variants.ts';

/** Augmented texts that join a run between two steps, by the kernel. */

const toy = toyData();
const ID = newRecord().id;
const knobs = { ...newRecord().initialKnobs, textSwap: true };

interface Tested {
  readonly run: Run;
  readonly pool: VariantPool;
  readonly data: RunData;
}

async function begin(changes: Partial<RunRecord> = {}): Promise<Tested> {
  const record = newRecord({ initialKnobs: knobs, ...changes });
  const data = trainingData(toy, Array.from({ length: record.seeds }, (_, i) => record.seed + i));
  return { run: await Run.begin(record, data, kernelPopulations), pool: new VariantPool(data.population), data };
}

async function advanceTo(run: Run, step: number, id = ID): Promise<void> {
  while (run.stepOf(id) < step) await run.advance(step - run.stepOf(id));
}

async function finish(run: Run): Promise<void> {
  while (!run.finished) await run.advance(10);
}

/** Hands over variants up to number `to`, and lets them join. */
async function join({ run, pool }: Tested, to: number, kind: 'swap' | 'ocr' = 'swap'): Promise<void> {
  pool.add(madeUpVariants(toy, kind, pool.count(kind, 0.1), to));
  await run.join(pool.data);
}

function curvesOf(run: Run, id = ID): readonly Float64Array[] {
  return run.headsOf(id).map(({ curve }) => curve);
}

/** The record played from the start with all variants at hand from the start, in another order than they came. */
function replayed(record: RunRecord, data: RunData): Promise<readonly Float64Array[]> {
  const pool = new VariantPool(data.population);
  pool.add(madeUpVariants(toy, 'ocr', 0, Infinity));
  pool.add(madeUpVariants(toy, 'swap', 0, Infinity));
  return replay(record, { ...data, population: pool.data }, kernelPopulations);
}

const swap = (step: number, count: number) => ({ step, kind: 'swap', strength: 0.1, count });

describe('augmented texts', () => {
  test('that join while a run trains are recorded with their step, and the replay of the record is equal to the bit', async () => {
    const tested = await begin({ seeds: 2 });
    const { run, data } = tested;
    await advanceTo(run, 7);
    await join(tested, 20);
    await advanceTo(run, 18);
    await join(tested, 45);
    await join(tested, 30, 'ocr');
    run.change(ID, 'textOcr', true);
    await finish(run);
    expect(run.record.variantJoins).toEqual([swap(7, 20), swap(18, 45), { step: 18, kind: 'ocr', strength: 0.1, count: 30 }]);
    expect(curvesOf(run)).toEqual(await replayed(run.record, data));
    run.dispose();
  });

  test('change the training from the step at which they join, and not before', async () => {
    const tested = await begin({ initialSteps: 30 });
    await advanceTo(tested.run, 10);
    await join(tested, 40);
    await finish(tested.run);
    const { run, data } = tested;
    const [without] = await replay({ ...run.record, variantJoins: [] }, data, kernelPopulations);
    const [earlier] = await replayed({ ...run.record, variantJoins: [swap(5, 40)] as never }, data);
    const [own] = curvesOf(run);
    expect(own?.slice(0, 20)).toEqual(without?.slice(0, 20)); // after 0 and 10 steps
    expect(own).not.toEqual(without);
    expect(own).not.toEqual(earlier);
    run.dispose();
  });

  test('that join before the first step are there from the start', async () => {
    const tested = await begin();
    await join(tested, 10);
    await join(tested, 25);
    expect(tested.run.record.variantJoins).toEqual([swap(0, 25)]);
    await finish(tested.run);
    expect(curvesOf(tested.run)).toEqual(await replayed(tested.run.record, tested.data));
    tested.run.dispose();
  });

  test('do nothing while their kind is off, and need not come again when it is turned on', async () => {
    const tested = await begin({ initialKnobs: { ...knobs, textSwap: false } });
    const { run, data } = tested;
    await advanceTo(run, 5);
    await join(tested, 40);
    await advanceTo(run, 20);
    const [off] = await replay({ ...run.record, variantJoins: [] }, data, kernelPopulations);
    expect(curvesOf(run)[0]).toEqual(off?.slice(0, curvesOf(run)[0]?.length));
    run.change(ID, 'textSwap', true);
    await advanceTo(run, 30);
    run.change(ID, 'textSwap', false);
    await finish(run);
    expect(curvesOf(run)[0]).not.toEqual(off);
    expect(curvesOf(run)).toEqual(await replayed(run.record, data));
    run.dispose();
  });

  test('join every branch where it stands, and one with the kind off trains as if there were none', async () => {
    const tested = await begin();
    const { run, data } = tested;
    await advanceTo(run, 12);
    await run.fork(ID, 'without');
    run.change('without', 'textSwap', false);
    await join(tested, 40);
    await advanceTo(run, 17);
    await run.fork(ID, 'later'); // with what has joined
    await join(tested, 60);
    await finish(run);
    expect(run.recordOf('later').variantJoins).toEqual([swap(12, 40), swap(17, 60)]);
    for (const id of run.ids) expect(curvesOf(run, id)).toEqual(await replayed(run.recordOf(id), data));
    expect(curvesOf(run, 'later')).toEqual(curvesOf(run));
    expect(curvesOf(run, 'without')).toEqual(await replay({ ...run.recordOf('without'), variantJoins: [] }, data, kernelPopulations));
    run.dispose();
  });

  test('join at the step of each branch where branches are not at one', async () => {
    const tested = await begin({ initialSteps: 20 });
    const { run, data } = tested;
    await advanceTo(run, 5);
    await run.fork(ID, 'longer');
    run.change('longer', 'steps', 40);
    await advanceTo(run, 25, 'longer');
    await join(tested, 40);
    await finish(run);
    expect(run.ids.map((id) => run.recordOf(id).variantJoins)).toEqual([[swap(20, 40)], [swap(25, 40)]]);
    expect(curvesOf(run, 'longer')).toEqual(await replayed(run.recordOf('longer'), data));
    run.dispose();
  });

  test('that joined after the checkpoint that a run goes back to join anew where it then stands', async () => {
    const tested = await begin();
    const { run, pool, data } = tested;
    await advanceTo(run, 4);
    await join(tested, 15);
    await advanceTo(run, 10);
    const kept = await run.kept();
    await advanceTo(run, 13);
    await join(tested, 45);
    const records = run.ids.map((id) => run.recordOf(id));
    run.dispose();
    const back = await Run.resume(kept.map((branch, i) => ({ ...branch, record: records[i] as RunRecord })), { ...data, population: pool.data }, kernelPopulations);
    expect(back.record.variantJoins).toEqual([swap(4, 15)]);
    expect(back.lacksVariants).toBe(false);
    await back.join(pool.data);
    expect(back.record.variantJoins).toEqual([swap(4, 15), swap(10, 45)]);
    await finish(back);
    expect(curvesOf(back)).toEqual(await replayed(back.record, data));
    back.dispose();
  });

  test('that a kept record names are missing until they come, and their coming is not a join', async () => {
    const tested = await begin();
    await advanceTo(tested.run, 4);
    await join(tested, 15);
    await advanceTo(tested.run, 10);
    const kept = await tested.run.kept();
    await finish(tested.run);
    const run = await Run.resume(kept, tested.data, kernelPopulations);
    expect(run.lacksVariants).toBe(true);
    expect(curvesOf(run)[0]).toEqual(curvesOf(tested.run)[0]?.slice(0, curvesOf(run)[0]?.length));
    await expect(run.advance(1)).rejects.toThrow(RangeError);
    const pool = new VariantPool(tested.data.population);
    pool.add(madeUpVariants(toy, 'swap', 0, 15));
    await run.join(pool.data);
    expect(run.lacksVariants).toBe(false);
    expect(run.record.variantJoins).toEqual([swap(4, 15)]);
    await finish(run);
    expect(curvesOf(run)).toEqual(curvesOf(tested.run));
    run.dispose();
    tested.run.dispose();
  });

  test('keep the wrong labels that their rows have in a seed', async () => {
    const { run, pool, data } = await begin();
    run.dispose();
    const [split] = data.splits;
    const classOf = Uint32Array.from(data.population.classOf, (own, row) => (row % 3 === 0 ? 1 - own : own));
    const noisy = { ...data, splits: [{ ...(split ?? expect.fail('no split')), classOf }] };
    const tested = { run: await Run.begin(newRecord({ initialKnobs: knobs }), noisy, kernelPopulations), pool, data: noisy };
    await advanceTo(tested.run, 9);
    await join(tested, 50);
    await finish(tested.run);
    expect(curvesOf(tested.run)).toEqual(await replayed(tested.run.record, noisy));
    expect(curvesOf(tested.run)).not.toEqual(await replayed(tested.run.record, data));
    tested.run.dispose();
  });
});

describe('a change made while a population is being made anew', () => {
  test('is not lost', async () => {
    const tested = await begin();
    await advanceTo(tested.run, 6);
    const joining = join(tested, 20);
    tested.run.change(ID, 'l2', true);
    await joining;
    expect(tested.run.record.log).toEqual([{ step: 6, knob: 'l2', value: true }]);
    await finish(tested.run);
    expect(curvesOf(tested.run)).toEqual(await replayed(tested.run.record, tested.data));
    tested.run.dispose();
  });

  test('nor is one where there is no memory for it, and the run goes on as it was', async () => {
    const data = trainingData(toy);
    let refuses = false;
    const run = await Run.begin(newRecord({ initialKnobs: knobs }), data, async (...spec) => {
      if (refuses) throw new RangeError('There is no memory for it.');
      return kernelPopulations(...spec);
    });
    await advanceTo(run, 6);
    refuses = true;
    const joining = join({ run, pool: new VariantPool(data.population), data }, 20);
    run.change(ID, 'l2', true);
    await expect(joining).rejects.toThrow(RangeError);
    await finish(run);
    expect(run.record).toMatchObject({ variantJoins: [], log: [{ step: 6, knob: 'l2', value: true }] });
    expect(curvesOf(run)).toEqual(await replay(run.record, data, kernelPopulations));
    run.dispose();
  });
});
