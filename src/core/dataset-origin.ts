import type { ImportReport } from './import-report.ts';
import type { Remedy } from './quality/report.ts';

/** How a data set came about; kept with it. */
export type DatasetOrigin = ImportOrigin | RemedyOrigin;

export interface ImportOrigin {
  readonly kind: 'import';
  readonly report: ImportReport;
}

/** A remedy of the check made it of another data set. */
export interface RemedyOrigin {
  readonly kind: 'remedy';
  /** Names that one in the list of data sets. */
  readonly from: string;
  readonly remedy: Remedy;
  /** Name of the data set before the first remedy. */
  readonly original: string;
  /** How many remedies made this one of it. */
  readonly remedies: number;
}

/** What a remedy makes. @param of name and origin of the data set that it is applied to. @param from names that one in the list of data sets */
export function remedyOrigin(of: { readonly name: string; readonly origin: DatasetOrigin | null }, from: string, remedy: Remedy): RemedyOrigin {
  const [original, before] = of.origin?.kind === 'remedy' ? [of.origin.original, of.origin.remedies] : [of.name, 0];
  return { kind: 'remedy', from, remedy, original, remedies: before + 1 };
}

/** What a cleaned data set is called: “shop, without 12 exact repeats”; after several remedies “shop, cleaned (2 remedies)”. */
export function cleanedName({ original, remedies, remedy }: RemedyOrigin): string {
  return remedies === 1 ? `${original}, ${remedy.result}` : `${original}, cleaned (${remedies} remedies)`;
}

/** What a data set of the user's own is, for the list. @param origin undefined where it is not known */
export function ownInWords(origin: DatasetOrigin | undefined): string {
  if (origin?.kind !== 'remedy') return 'Your own examples, kept in this browser.';
  const { original, remedies, remedy } = origin;
  return remedies === 1 ? `Made of “${original}”, kept in this browser. ${remedy.done}` : `Made of “${original}” by ${remedies} remedies, kept in this browser. The last: ${remedy.done}`;
}

/** The name, with a number where another data set has it: “shop, edited”, “shop, edited (2)”, “shop, edited (3)”, … */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let i = 1; ; i++) {
    const tried = i === 1 ? name : `${name} (${i})`;
    if (!taken.has(tried)) return tried;
  }
}
