import type { Example } from '../examples.ts';
import { count, counted } from '../format.ts';

/**
 * Small edits of a data set's examples. Rows are named by a number that never changes: those of the data set by their place in it, from
 * 0; added ones go on from there, in the order in which they are added. The rows of an edit are in ascending order, each once.
 */
export type RowEdit =
  /** Puts examples after the last row. */
  | { readonly kind: 'add'; readonly examples: readonly Example[] }
  /** Sets these fields in each of these rows. */
  | { readonly kind: 'change'; readonly rows: Uint32Array; readonly fields: ExampleFields }
  | { readonly kind: 'delete'; readonly rows: Uint32Array };

export type ExampleFields = Partial<Example>;

export const FIELDS = ['text', 'label', 'domain', 'group'] as const;
export type Field = (typeof FIELDS)[number];

/** What an edit does: “Relabelled 2 examples as “positive””. */
export function editInWords(edit: RowEdit): string {
  if (edit.kind === 'add') return `Added ${counted(edit.examples.length, 'example')}`;
  const examples = counted(edit.rows.length, 'example');
  if (edit.kind === 'delete') return `Deleted ${examples}`;
  const changed = FIELDS.filter((field) => edit.fields[field] !== undefined);
  const [only] = changed;
  if (changed.length > 1 || only === undefined) return `Changed ${examples}`;
  const value = edit.fields[only] as string;
  switch (only) {
    case 'text':
      return `Changed the text of ${examples}`;
    case 'label':
      return `Relabelled ${examples} as “${value}”`;
    case 'domain':
      return `Moved ${examples} to “${value}”`;
    case 'group':
      return `Put ${examples} into the group “${value}”`;
  }
}

/** A row's number as it is shown, from 1. */
export function rowNumber(row: number): string {
  return count(row + 1);
}
