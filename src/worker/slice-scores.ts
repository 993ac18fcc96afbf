import type { Dataset } from '../core/examples.ts';
import { sliceChoices, sliceTable, slicing, type SlicedPart } from '../core/slices.ts';
import type { RunData } from '../engine/run-data.ts';
import type { Run } from '../engine/run.ts';
import type { SliceScores } from '../protocol/trainer.ts';

/** Tables of more slices are left out: nobody reads them, and few of their slices have the rows to tell anything. */
const MOST_SLICES = 400;

/**
 * What the heads of a branch, one a seed, score on slices of a part: in validation each on the rows that its seed keeps for it. Against the labels
 * that the part's curve is scored against, which may be noisy.
 */
export async function sliceScores(run: Run, { population, splits }: RunData, dataset: Dataset, branch: string, part: SlicedPart): Promise<Omit<SliceScores, 'looks'>> {
  const rowsOf = splits.map((split) => (part === 'validation' ? split.validation : split.watched));
  const logits = await run.rowLogits(branch, (seed) => rowsOf[seed] as Uint32Array);
  const heads = splits.map((split, seed) => {
    const rows = rowsOf[seed] as Uint32Array;
    const classOf = split.classOf ?? population.classOf;
    return { rows, logits: logits[seed] as Float32Array, classOf: rows.map((row) => classOf[row] as number) };
  });
  const tables = sliceChoices(dataset)
    .map((by) => ({ by, slices: slicing(dataset, rowsOf, by) }))
    .filter(({ slices }) => slices.names.length > 1 && slices.names.length <= MOST_SLICES)
    .map(({ by, slices: { names, of } }) => ({ by, table: sliceTable(heads.map((head, seed) => ({ ...head, of: of[seed] as Uint32Array })), population.classes, names) }));
  return { branch, part, step: run.stepOf(branch), n: Math.min(...rowsOf.map(({ length }) => length)), tables };
}
