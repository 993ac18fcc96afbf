import type { ImportReport } from './import-report.ts';
import { leftOutOf, type LeftOut, type LeftOutRows } from './left-out.ts';
import type { Remedy } from './quality/report.ts';

/** How a data set came about; kept with it. */
export type DatasetOrigin = ImportOrigin | RemedyOrigin | EditOrigin;

export interface ImportOrigin {
  readonly kind: 'import';
  readonly report: ImportReport;
  /** Missing where an older page stored it, and on the page, which has no use for them. */
  readonly leftOut?: LeftOutRows;
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
  /** What the import left out, while nothing but such rows was taken in since: else it may not fit what the rows have become. */
  readonly leftOut?: LeftOut;
  /** What is to be minded about it, as about the data set that it was made of; missing for nothing. */
  readonly caution?: string;
}

/** The user made it of another data set in the editor, and something is to be minded about both. */
export interface EditOrigin {
  readonly kind: 'edit';
  readonly caution: string;
}

/** A data set that another is made of. */
export interface Source {
  readonly name: string;
  readonly origin: DatasetOrigin | null;
  /** What is to be minded about it; null, or missing, for nothing. */
  readonly caution?: string | null;
}

/** What a remedy makes. @param from names the data set that it is applied to in the list of data sets */
export function remedyOrigin({ name, origin, caution }: Source, from: string, remedy: Remedy): RemedyOrigin {
  const [original, before] = origin?.kind === 'remedy' ? [origin.original, origin.remedies] : [name, 0];
  const leftOut = leftOutAfter(leftOutOf(origin), remedy);
  return { kind: 'remedy', from, remedy, original, remedies: before + 1, ...(leftOut && { leftOut }), ...(caution && { caution }) };
}

function leftOutAfter(leftOut: LeftOut | null, { edit }: Remedy): LeftOut | null {
  return leftOut && edit.kind === 'take-in' ? { ...leftOut, takenIn: [...leftOut.takenIn, edit.which] } : null;
}

/** What editing makes. @param caution what is to be minded about the data set that was edited; null for nothing */
export function editOrigin(caution: string | null): EditOrigin | null {
  return caution ? { kind: 'edit', caution } : null;
}

/** What is to be minded about a data set of the user's own; null for nothing. */
export function cautionOf(origin: DatasetOrigin | null | undefined): string | null {
  return (origin && origin.kind !== 'import' && origin.caution) || null;
}

/** An origin without the rows that were left out, which the page would only carry about. */
export function withoutLeftOut(origin: DatasetOrigin | null): DatasetOrigin | null {
  if (!origin || origin.kind === 'edit') return origin;
  if (origin.kind === 'import') return { kind: 'import', report: origin.report };
  const { kind, from, remedy, original, remedies, caution } = origin;
  return { kind, from, remedy, original, remedies, ...(caution !== undefined && { caution }) };
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
