import { distinct, type Dataset } from '../core/examples.ts';
import type { GroupBy } from '../core/run-record.ts';
import type { ShapedSplit } from '../core/shaped-split.ts';
import { classesOfRows } from '../core/splits.ts';
import type { RunData } from '../engine/run-data.ts';
import type { SplitSummary } from '../protocol/trainer.ts';

/** A data set as heads take it. @param splits one a seed, of one held-out domain. @param features [N, D] */
export function runDataOf(dataset: Dataset, features: Float32Array, splits: readonly ShapedSplit[], groupBy: GroupBy): RunData {
  const labels = splits[0]?.labels ?? [];
  const population = {
    features,
    width: features.length / dataset.examples.length,
    classOf: classesOfRows(dataset, labels),
    classes: labels.length,
  };
  if (groupBy === 'domain') return { population, splits };
  const groups = distinct(dataset.examples.map(({ group }) => group ?? ''));
  const groupIndex = new Map(groups.map((group, index) => [group, index]));
  return { population: { ...population, groupOf: Uint32Array.from(dataset.examples, ({ group }) => groupIndex.get(group ?? '') ?? 0) }, splits };
}

/** Sizes of the first seed's split, for the page. */
export function summaryOf({ splits }: RunData): SplitSummary {
  const [split] = splits;
  if (!split) throw new RangeError('A run has a split for each seed.');
  return {
    heldOutDomain: split.heldOutDomain,
    hasDomains: split.hasDomains,
    trainDomains: split.trainDomains.map((name, i) => ({ name, rows: split.train[i]?.length ?? 0 })),
    validation: split.validation.length,
    watched: split.watched.length,
    sealed: split.sealed.length,
    labels: split.labels,
    sharedWithHeldOut: split.sharedWithHeldOut,
    unseenLabels: split.unseenLabels,
    effect: split.effect,
  };
}
