import { CURVE_COLUMNS, curveLength } from '../../src/core/curve.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import type { RunRecord } from '../../src/core/run-record.ts';

/** A record as a new run has it: a small hidden head, 40 steps, small batches. */
export function newRecord(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    version: 3,
    id: 'run',
    datasetId: 'toy',
    encoderVersion: 'test-encoder',
    featuresHash: '',
    heldOutDomain: 'domain 2',
    head: { kind: 'hidden', width: 8 },
    seeds: 1,
    seed: 1,
    groupBy: 'domain',
    shape: DEFAULT_SHAPE,
    variantJoins: [],
    initialKnobs: { ...DEFAULT_KNOBS, batchSize: 4 },
    initialSteps: 40,
    evaluateEvery: 10,
    log: [],
    backends: [],
    fork: null,
    ...changes,
  };
}

/** The steps after which a flat curve has an evaluation. */
export function stepsOf(curve: Float64Array): number[] {
  return Array.from({ length: curveLength(curve) }, (_, i) => curve[i * CURVE_COLUMNS] as number);
}
