import type { Dataset } from '../core/examples.ts';
import { sliceChoices, sliceTable, slicing, type SlicedPart } from '../core/slices.ts';
import type { RunData } from '../engine/run-data.ts';
import type { Run } from '../engine/run.ts';
import type { SliceScores } from '../protocol/trainer.ts';

/** Tables of more slices are left out: nobody reads them, and few of their slices have the rows to tell anything. */
const MOST_SLICES = 400;

/** What the head of the run's first seed scores on slices of a part; against the labels that the part's curve is scored against, which may be noisy. */
export async function sliceScores(run: Run, { population, splits }: RunData, dataset: Dataset, branch: string, part: SlicedPart): Promise<Omit<SliceScores, 'looks'>> {
  const [split] = splits;
  if (!split) throw new RangeError('A run has a split for each seed.');
  const rows = part === 'validation' ? split.validation : split.watched;
  const [logits] = await run.rowLogits(branch, (seed) => (seed === 0 ? rows : new Uint32Array()));
  if (!logits) throw new RangeError('A branch has a head for each seed.');
  const classOf = split.classOf ?? population.classOf;
  const targets = rows.map((row) => classOf[row] as number);
  const tables = sliceChoices(dataset)
    .map((by) => ({ by, slices: slicing(dataset, rows, by) }))
    .filter(({ slices }) => slices.names.length > 1 && slices.names.length <= MOST_SLICES)
    .map(({ by, slices }) => ({ by, table: sliceTable(logits, population.classes, targets, slices) }));
  return { branch, part, step: run.stepOf(branch), n: rows.length, tables };
}
