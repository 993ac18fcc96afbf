import type { DatasetOrigin } from './dataset-origin.ts';
import type { Dataset, Example } from './examples.ts';
import type { ImportReport, RowTally } from './import-report.ts';

/** Rows that an import left out and that can be taken in after all. Those without a text cannot: nothing is in them to train on. */

export type LeftOutKind = 'repeats' | 'unlabelled';

/** How much of them is kept. A repeat that is spelled as the row it repeats takes no characters. */
export const LEFT_OUT_LIMITS = { unlabelledRows: 5000, characters: 500_000 } as const;

/** The rows of each kind, in the order of the files; fewer than the report counts where there were too many to keep. */
export interface LeftOutRows {
  readonly repeats: {
    /** Row of the data set that each is equal to, label, domain and group included. */
    readonly of: Uint32Array;
    /** Texts that differ from that row's in case or white space, by their place in `of`. */
    readonly texts: readonly (readonly [place: number, text: string])[];
  };
  readonly unlabelled: readonly Omit<Example, 'label'>[];
}

/** What an import left out, and what of it was taken in since. */
export interface LeftOut {
  readonly report: ImportReport;
  /** Null where an older page imported the data and kept none of them. */
  readonly rows: LeftOutRows | null;
  readonly takenIn: readonly LeftOutKind[];
}

/** Takes in what an import left out. */
export type TakeIn = { readonly kind: 'take-in'; readonly which: 'repeats' } | { readonly kind: 'take-in'; readonly which: 'unlabelled'; readonly label: string };

/** Null where nothing is known of an import, or its rows were changed since. */
export function leftOutOf(origin: DatasetOrigin | null): LeftOut | null {
  if (origin?.kind === 'import') return { report: origin.report, rows: origin.leftOut ?? null, takenIn: [] };
  return (origin?.kind === 'remedy' && origin.leftOut) || null;
}

/** All that the import left out of a kind. */
export function tallyOf({ report }: LeftOut, kind: LeftOutKind): RowTally {
  return kind === 'repeats' ? report.duplicates : report.emptyLabel;
}

/** Whether each row of a kind was kept. */
export function isKept(leftOut: LeftOut, kind: LeftOutKind): boolean {
  const kept = kind === 'repeats' ? leftOut.rows?.repeats.of : leftOut.rows?.unlabelled;
  return kept?.length === tallyOf(leftOut, kind).count;
}

/** The rows that an edit takes in, in the order of the files, as far as they are kept. @param dataset that they were left out of. @throws RangeError when none are kept, or the data set is another */
export function* rowsTakenIn(dataset: Dataset, rows: LeftOutRows | null, edit: TakeIn): Generator<Example> {
  if (!rows) throw new RangeError('The rows that the import left out are not kept here.');
  if (edit.which === 'unlabelled') {
    for (const row of rows.unlabelled) yield { ...row, label: edit.label };
    return;
  }
  const spelled = new Map(rows.repeats.texts);
  for (const [place, row] of rows.repeats.of.entries()) {
    const equal = dataset.examples[row];
    if (!equal) throw new RangeError(`The data set has ${dataset.examples.length} rows.`);
    yield { ...equal, text: spelled.get(place) ?? equal.text };
  }
}
