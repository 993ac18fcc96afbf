import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { upgradeRecord, type RunRecordV2 } from '../../src/core/run-record.ts';
import { replayed } from '../support/replayed.ts';
import { stepsOf } from '../support/runs.ts';
import { toyData, trainingData } from '../support/training-data.ts';

/** As a page of the second version kept it. Knobs not named here were off. */
const OLD: RunRecordV2 = {
  version: 2,
  id: 'old',
  datasetId: 'toy',
  encoderVersion: 'test-encoder',
  featuresHash: '',
  heldOutDomain: 'domain 2',
  head: { kind: 'hidden', width: 8 },
  seeds: 1,
  seed: 1,
  groupBy: 'domain',
  initialKnobs: { learningRate: 0.01, dropout: true, dropoutRate: 0.3, augmentation: true, augmentationStrength: 0.85, batchSize: 4 },
  initialSteps: 60,
  evaluateEvery: 10,
  log: [
    { step: 11, knob: 'augmentationStrength', value: 0.35 },
    { step: 23, knob: 'augmentation', value: false },
    { step: 31, knob: 'l2', value: true },
    { step: 40, knob: 'augmentationStrength', value: 0.05 },
    { step: 40, knob: 'augmentation', value: true },
  ],
  backends: [{ step: 0, backend: 'wasm' }],
  fork: null,
};

/** Of the curve that the code of that version made of OLD. */
const CURVE_THEN = '86ab9fca550855bb';

test('a run of the second version, augmentation and all, replays to the bits that it had then', async () => {
  const curve = await replayed(upgradeRecord(OLD), trainingData(toyData()));
  expect(stepsOf(curve)).toEqual([0, 10, 20, 30, 40, 50, 60]);
  expect(createHash('sha256').update(new Uint8Array(curve.buffer)).digest('hex').slice(0, 16)).toBe(CURVE_THEN);
  const without = await replayed(upgradeRecord({ ...OLD, log: OLD.log.filter(({ knob }) => knob !== 'augmentationStrength') }), trainingData(toyData()));
  expect(without).not.toEqual(curve);
});
