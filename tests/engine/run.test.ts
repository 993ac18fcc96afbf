import { describe, expect, test } from 'vitest';
import type { KnobChange, RunRecord } from '../../src/core/run-record.ts';
import { Run } from '../../src/engine/run.ts';
import type { Checkpoint } from '../../src/core/checkpoint.ts';
import { kernelPopulations } from '../support/kernel.ts';
import { difference, relativeDistance } from '../support/norms.ts';
import { replayed } from '../support/replayed.ts';
import { newRecord, stepsOf } from '../support/runs.ts';
import { parametersOf } from '../support/tensors.ts';
import { toyData, trainingData } from '../support/training-data.ts';

const data = trainingData(toyData());

/** A run of 40 steps, extended to 65 when it is over, with the changes made as they come. */
const LIVE_CHANGES: readonly KnobChange[] = [
  { step: 7, knob: 'learningRateDecay', value: true },
  { step: 13, knob: 'batchSize', value: 6 },
  { step: 20, knob: 'mixup', value: true },
  { step: 33, knob: 'dropout', value: true },
  { step: 40, knob: 'steps', value: 65 },
];

const ID = newRecord().id;

function begin(record: RunRecord): Promise<Run> {
  return Run.begin(record, data, kernelPopulations);
}

function stepOf(run: Run): number {
  return run.stepOf(ID);
}

function curveOf(run: Run): Float64Array {
  return run.headsOf(ID)[0]?.curve ?? expect.fail('no curve');
}

async function checkpointOf(run: Run): Promise<Checkpoint> {
  return (await run.kept())[0]?.checkpoints[0] ?? expect.fail('no checkpoint');
}

/** The run as it was kept, with the curve of a later time. */
function resume(record: RunRecord, checkpoint: Checkpoint, curve: Float64Array): Promise<Run> {
  return Run.resume([{ record, heads: [{ curve, sizes: { train: 0, validation: 0, heldOut: 0 } }], checkpoints: [checkpoint] }], data, kernelPopulations);
}

async function advanceTo(run: Run, step: number): Promise<void> {
  while (stepOf(run) < step) await run.advance(step - stepOf(run));
}

/** Plays the changes as a user would make them. */
async function live(record: RunRecord, changes: readonly KnobChange[] = []): Promise<{ record: RunRecord; curve: Float64Array }> {
  const run = await begin(record);
  await run.begin();
  for (const { step, knob, value } of changes) {
    await advanceTo(run, step);
    run.change(ID, knob, value);
  }
  while (!run.finished) await run.advance(1);
  run.dispose();
  return { record: run.record, curve: curveOf(run) };
}

describe('a run', () => {
  test.each([{ kind: 'linear' }, { kind: 'hidden', width: 8 }] as const)('a $kind head’s run with five changes, an extension among them, is replayed from its record to the bit', async (head) => {
    const { record, curve } = await live(newRecord({ head }), LIVE_CHANGES);
    expect(record.log).toEqual(LIVE_CHANGES);
    expect(stepsOf(curve)).toEqual([0, 10, 20, 30, 40, 50, 60, 65]);
    expect(await replayed(JSON.parse(JSON.stringify(record)) as RunRecord, data)).toEqual(curve);
  });

  test('each change of the log matters to the curve, from its step on', async () => {
    const record = newRecord({ log: LIVE_CHANGES });
    const curve = await replayed(record, data);
    for (const change of LIVE_CHANGES) {
      const without = await replayed({ ...record, log: LIVE_CHANGES.filter((entry) => entry !== change) }, data);
      const evaluations = stepsOf(without).filter((step) => step <= change.step).length;
      const columns = curve.length / stepsOf(curve).length;
      expect(without.slice(0, evaluations * columns), `before ${change.knob}`).toEqual(curve.slice(0, evaluations * columns));
      expect(without, change.knob).not.toEqual(curve);
    }
  });

  test('two seeds give two curves, and one seed gives one', async () => {
    const { curve } = await live(newRecord());
    expect((await live(newRecord())).curve).toEqual(curve);
    expect((await live(newRecord({ seed: 2 }))).curve).not.toEqual(curve);
  });

  test('a change acts at the very next step, and not before', async () => {
    let run = await begin(newRecord());
    await advanceTo(run, 5);
    const before = await checkpointOf(run);
    await run.advance(1);
    const kept = await checkpointOf(run);
    run.dispose();
    run = await resume(run.record, before, curveOf(run));
    run.change(ID, 'learningRate', 0.05); // from 0.01
    expect(run.record.log).toEqual([{ step: 5, knob: 'learningRate', value: 0.05 }]);
    expect(await checkpointOf(run)).toEqual(before);
    await run.advance(1);
    const raised = await checkpointOf(run);
    run.dispose();
    const from = parametersOf(before);
    const fiveTimes = difference(parametersOf(kept), from).map((value) => 5 * value);
    expect(relativeDistance(difference(parametersOf(raised), from), fiveTimes)).toBeLessThan(1e-4);
  });

  test('a learning rate that decays comes down to zero at the end of the run', async () => {
    const run = await begin(newRecord({ initialSteps: 200 }));
    run.change(ID, 'learningRateDecay', true);
    await run.advance(1);
    const moves: number[] = [];
    for (const step of [2, 100, 200]) {
      await advanceTo(run, step - 1);
      const before = parametersOf(await checkpointOf(run));
      await run.advance(1);
      moves.push(relativeDistance(parametersOf(await checkpointOf(run)), before));
    }
    run.dispose();
    const [first = 0, middle = 0, last = 0] = moves;
    expect(middle).toBeLessThan(first);
    expect(last).toBeLessThan(first / 1000);
  });

  test('the curve has the start once, every tenth step and the last one', async () => {
    const run = await begin(newRecord({ initialSteps: 25 }));
    await run.begin();
    await run.begin();
    const added: number[] = [];
    while (!run.finished) if (await run.advance(1)) added.push(stepOf(run));
    expect(added).toEqual([10, 20, 25]);
    expect(stepsOf(curveOf(run))).toEqual([0, 10, 20, 25]);
    expect(run.headsOf(ID)[0]?.sizes.train).toBe(data.splits[0]?.train.reduce((sum, rows) => sum + rows.length, 0));

    run.change(ID, 'steps', 41);
    expect(run.finished).toBe(false);
    while (!run.finished) await run.advance(1);
    run.dispose();
    expect(stepsOf(curveOf(run))).toEqual([0, 10, 20, 25, 30, 40, 41]);
    expect(await replayed(run.record, data)).toEqual(curveOf(run));
  });

  test('a run’s curve is cut where it is taken back to, and then grows as it did before', async () => {
    const run = await begin(newRecord());
    run.change(ID, 'dropout', true);
    await advanceTo(run, 15);
    const at15 = await checkpointOf(run);
    await advanceTo(run, 20);
    const at20 = await checkpointOf(run);
    await advanceTo(run, 40);
    const whole = curveOf(run);
    run.dispose();
    for (const [checkpoint, evaluations] of [[at15, [0, 10]], [at20, [0, 10, 20]]] as const) {
      const back = await resume(run.record, checkpoint, whole);
      expect(stepOf(back)).toBe(checkpoint.step);
      expect(stepsOf(curveOf(back))).toEqual(evaluations);
      while (!back.finished) await back.advance(7);
      expect(curveOf(back)).toEqual(whole);
      back.dispose();
    }
  });

  test('how many steps are asked for at a time changes nothing', async () => {
    const { record, curve } = await live(newRecord(), LIVE_CHANGES.slice(0, 2));
    for (const chunk of [3, 10, 64]) {
      const run = await begin(record);
      while (!run.finished) await run.advance(chunk);
      expect(curveOf(run)).toEqual(curve);
      run.dispose();
    }
  });

  test('a value out of range is refused and leaves the record alone', async () => {
    const run = await begin(newRecord());
    await run.advance(1);
    const { record } = run;
    expect(() => run.change(ID, 'learningRate', 5)).toThrow(RangeError);
    expect(() => run.change(ID, 'objective', 'luck')).toThrow(RangeError);
    expect(() => run.change(ID, 'batchSize', 2.5)).toThrow(RangeError);
    expect(() => run.change(ID, 'steps', 0)).toThrow(RangeError);
    expect(run.record).toBe(record);
    run.dispose();
  });

  test('the record tells which backend computed from which step on', async () => {
    const run = await begin(newRecord());
    run.noteBackend('webgpu');
    run.noteBackend('wasm'); // before any step: it alone counts
    await advanceTo(run, 3);
    run.noteBackend('wasm');
    expect(run.record.backends).toEqual([{ step: 0, backend: 'wasm' }]);
    run.noteBackend('cpu');
    expect(run.record.backends).toEqual([{ step: 0, backend: 'wasm' }, { step: 3, backend: 'cpu' }]);
    run.dispose();
  });
});
