import type { Dataset } from '../core/examples.ts';
import { hashFloats } from '../core/hash.ts';
import { EVALUATE_EVERY, checkHead, checkSeeds, checkSteps, seedsOf, type RunRecord } from '../core/run-record.ts';
import { shapedSplits } from '../core/shaped-split.ts';
import type { RunData } from '../engine/run-data.ts';
import type { RunRequest } from '../protocol/trainer.ts';
import { runDataOf } from './run-data-of.ts';

/** The data set that is being trained on, with its embeddings, and what runs on it are made of. */
export class TrainingData {
  readonly featuresHash: string;

  /** @param features [N, D] */
  constructor(
    readonly dataset: Dataset,
    readonly features: Float32Array,
    readonly encoderVersion: string,
  ) {
    this.featuresHash = hashFloats(features);
  }

  /** The record of a run at its start. @throws RangeError on what no run can have */
  recordOf({ heldOutDomain, head, seeds, seed, groupBy, shape, knobs, steps }: RunRequest, id: string): RunRecord {
    checkHead(head);
    checkSteps(steps);
    checkSeeds(seeds);
    const { dataset, encoderVersion, featuresHash } = this;
    const origin = { version: 3, id, datasetId: dataset.id, encoderVersion, featuresHash } as const;
    const task = { heldOutDomain, head, seeds, seed, groupBy, shape, initialKnobs: knobs, initialSteps: steps, evaluateEvery: EVALUATE_EVERY };
    return { ...origin, ...task, log: [], variantJoins: [], backends: [], fork: null };
  }

  /** What a record's heads train on. @throws RangeError when the split or the shape is impossible */
  runDataOf({ heldOutDomain, seed, seeds, shape, groupBy }: RunRecord): RunData {
    return runDataOf(this.dataset, this.features, shapedSplits(this.dataset, heldOutDomain, seedsOf({ seed, seeds }), shape), groupBy);
  }

  /** Whether a record is of a run on this data set in this encoder's embeddings, be they to the bit the same or not. */
  isOf({ datasetId, encoderVersion }: RunRecord): boolean {
    return datasetId === this.dataset.id && encoderVersion === this.encoderVersion;
  }
}
