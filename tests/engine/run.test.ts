import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { unpackEvaluation } from '../../src/core/curve.ts';
import type { KnobChange, RunRecord } from '../../src/core/run-record.ts';
import { Run, replay } from '../../src/engine/run.ts';
import type { TrainerFactory } from '../../src/engine/trainer-factory.ts';
import { difference, relativeDistance } from '../support/norms.ts';
import { newRecord, stepsOf } from '../support/runs.ts';
import { parametersOf } from '../support/tensors.ts';
import { ENGINES, startEngine } from '../support/trainers.ts';
import { toyData, trainingData } from '../support/training-data.ts';

const data = trainingData(toyData());
let makeTrainer: TrainerFactory;

/** A run of 40 steps, extended to 65 when it is over, with the changes made as they come. */
const LIVE_CHANGES: readonly KnobChange[] = [
  { step: 7, knob: 'learningRateDecay', value: true },
  { step: 13, knob: 'batchSize', value: 6 },
  { step: 20, knob: 'augmentation', value: true },
  { step: 33, knob: 'dropout', value: true },
  { step: 40, knob: 'steps', value: 65 },
];

async function advanceTo(run: Run, step: number): Promise<void> {
  while (run.step < step) await run.advance();
}

/** Plays the changes as a user would make them. */
async function live(record: RunRecord, changes: readonly KnobChange[] = []): Promise<{ record: RunRecord; curve: Float64Array }> {
  const run = new Run(record, data, makeTrainer);
  await run.begin();
  for (const { step, knob, value } of changes) {
    await advanceTo(run, step);
    run.change(knob, value);
  }
  while (!run.finished) await run.advance();
  run.dispose();
  return { record: run.record, curve: run.curve };
}

describe.each(ENGINES)('by %s', (engine) => {
  beforeAll(async () => {
    makeTrainer = await startEngine(engine);
  });

  test.each([{ kind: 'linear' }, { kind: 'hidden', width: 8 }] as const)('a $kind head’s run with five changes, an extension among them, is replayed from its record to the bit', async (head) => {
    const { record, curve } = await live(newRecord({ head }), LIVE_CHANGES);
    expect(record.log).toEqual(LIVE_CHANGES);
    expect(stepsOf(curve)).toEqual([0, 10, 20, 30, 40, 50, 60, 65]);
    const tensors = tf.memory().numTensors;
    expect(await replay(JSON.parse(JSON.stringify(record)) as RunRecord, data, makeTrainer)).toEqual(curve);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('each change of the log matters to the curve, from its step on', async () => {
    const record = newRecord({ log: LIVE_CHANGES });
    const curve = await replay(record, data, makeTrainer);
    for (const change of LIVE_CHANGES) {
      const without = await replay({ ...record, log: LIVE_CHANGES.filter((entry) => entry !== change) }, data, makeTrainer);
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
    const run = new Run(newRecord(), data, makeTrainer);
    await advanceTo(run, 5);
    const before = await run.checkpoint();
    await run.advance();
    const kept = await run.checkpoint();
    run.restore(before, run.curve);
    run.change('learningRate', 0.05); // from 0.01
    expect(run.record.log).toEqual([{ step: 5, knob: 'learningRate', value: 0.05 }]);
    expect(await run.checkpoint()).toEqual(before);
    await run.advance();
    const raised = await run.checkpoint();
    run.dispose();
    const from = parametersOf(before);
    const fiveTimes = difference(parametersOf(kept), from).map((value) => 5 * value);
    expect(relativeDistance(difference(parametersOf(raised), from), fiveTimes)).toBeLessThan(1e-4);
  });

  test('a learning rate that decays comes down to zero at the end of the run', async () => {
    const run = new Run(newRecord({ initialSteps: 200 }), data, makeTrainer);
    run.change('learningRateDecay', true);
    await run.advance();
    const moves: number[] = [];
    for (const step of [2, 100, 200]) {
      await advanceTo(run, step - 1);
      const before = parametersOf(await run.checkpoint());
      await run.advance();
      moves.push(relativeDistance(parametersOf(await run.checkpoint()), before));
    }
    run.dispose();
    const [first = 0, middle = 0, last = 0] = moves;
    expect(middle).toBeLessThan(first);
    expect(last).toBeLessThan(first / 1000);
  });

  test('the curve has the start once, every tenth step and the last one', async () => {
    const run = new Run(newRecord({ initialSteps: 25 }), data, makeTrainer);
    await run.begin();
    await run.begin();
    const added: number[] = [];
    while (!run.finished) if (await run.advance()) added.push(run.step);
    expect(added).toEqual([10, 20, 25]);
    expect(stepsOf(run.curve)).toEqual([0, 10, 20, 25]);
    expect(unpackEvaluation(run.curve, 0, run.sizes).scores.train.n).toBe(data.split.train.reduce((sum, rows) => sum + rows.length, 0));

    run.change('steps', 41);
    expect(run.finished).toBe(false);
    while (!run.finished) await run.advance();
    run.dispose();
    expect(stepsOf(run.curve)).toEqual([0, 10, 20, 25, 30, 40, 41]);
    expect(await replay(run.record, data, makeTrainer)).toEqual(run.curve);
  });

  test('a run’s curve is cut where it is taken back to, and then grows as it did before', async () => {
    const run = new Run(newRecord(), data, makeTrainer);
    run.change('dropout', true);
    await advanceTo(run, 15);
    const at15 = await run.checkpoint();
    await advanceTo(run, 40);
    const whole = run.curve;
    run.restore(at15, whole);
    expect(run.step).toBe(15);
    expect(stepsOf(run.curve)).toEqual([0, 10]);
    await advanceTo(run, 20);
    const at20 = await run.checkpoint();
    await advanceTo(run, 40);
    expect(run.curve).toEqual(whole);
    run.restore(at20, whole);
    expect(stepsOf(run.curve)).toEqual([0, 10, 20]);
    run.dispose();

    const reopened = new Run(run.record, data, makeTrainer);
    reopened.restore(at15, whole);
    while (!reopened.finished) await reopened.advance();
    reopened.dispose();
    expect(reopened.curve).toEqual(whole);
  });

  test('a value out of range is refused and leaves the record alone', async () => {
    const run = new Run(newRecord(), data, makeTrainer);
    await run.advance();
    const { record } = run;
    expect(() => run.change('learningRate', 5)).toThrow(RangeError);
    expect(() => run.change('batchSize', 2.5)).toThrow(RangeError);
    expect(() => run.change('steps', 0)).toThrow(RangeError);
    expect(run.record).toBe(record);
    run.dispose();
  });

  test('the record tells which backend computed from which step on', async () => {
    const run = new Run(newRecord(), data, makeTrainer);
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
