import { EXAMPLE_LIMITS, type ExampleLimits } from '../example-limits.ts';
import { count, counted } from '../format.ts';
import type { DraftRows } from './draft-rows.ts';
import type { ExampleFields, Field } from './row-edit.ts';
import type { Tally } from './tally.ts';

/** A field as an import would take it from a file. */
export function cleanedField(typed: string): string {
  return typed.replaceAll('\u0000', '').trim();
}

/** Why a field cannot have this value, in a sentence; '' when it can. @param value cleaned. @param rows that it would be put into */
export function fieldProblem(field: Field, value: string, rows: DraftRows, limits: ExampleLimits = EXAMPLE_LIMITS): string {
  if (value === '') return `The ${field} is empty.`;
  if (field === 'text') {
    return value.length <= limits.maxTextLength ? '' : `The text has ${count(value.length)} characters; at most ${count(limits.maxTextLength)} are taken.`;
  }
  if (value.length > limits.maxNameLength) return `The ${field} has ${count(value.length)} characters; at most ${count(limits.maxNameLength)} are taken.`;
  const names = namesOf(field, rows);
  const most = limits.maxNames[field];
  return names.has(value) || names.size < most ? '' : `There are ${count(most)} ${field}s already, and no more are taken. Choose one of them.`;
}

/** Why an example cannot be added, by field; no entry for a field that is all right. @param fields cleaned */
export function exampleProblems(fields: ExampleFields, rows: DraftRows, limits: ExampleLimits = EXAMPLE_LIMITS): ReadonlyMap<Field, string> {
  const asked: readonly Field[] = rows.hasGroups ? ['text', 'label', 'domain', 'group'] : ['text', 'label', 'domain'];
  return new Map(asked.map((field) => [field, fieldProblem(field, fields[field] ?? '', rows, limits)] as const).filter(([, problem]) => problem !== ''));
}

/** Why no data set can be made of these rows, in a sentence or two; '' when that is not known to be impossible. */
export function rowsProblem({ live, labels, domains, groups }: DraftRows, limits: ExampleLimits = EXAMPLE_LIMITS): string {
  if (live < limits.minRows) return `${live === 0 ? 'No example is' : `Only ${counted(live, 'example is', 'examples are')}`} left; at least ${limits.minRows} are needed.`;
  if (live > limits.maxRows) return `There are ${counted(live, 'example')}; at most ${count(limits.maxRows)} are taken.`;
  if (labels.size < 2) return `All examples have the label “${[...labels.keys()][0]}”. A classifier chooses between labels: at least one example needs another.`;
  for (const [field, names] of [['label', labels], ['domain', domains], ['group', groups]] as const) {
    if (names.size > limits.maxNames[field]) return `There are ${count(names.size)} ${field}s; at most ${count(limits.maxNames[field])} are taken.`;
  }
  return '';
}

export function namesOf(field: Exclude<Field, 'text'>, { labels, domains, groups }: DraftRows): Tally {
  return field === 'label' ? labels : field === 'domain' ? domains : groups;
}
