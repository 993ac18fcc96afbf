import type { Example } from '../core/examples.ts';

/** Characters handed on together, about: fewer cost calls. */
const TOGETHER = 2 ** 17;

/** By label, domain and group: many rows have the same. */
type Ends = Map<string, Map<string, Map<string | undefined, string>>>;

/**
 * Rows as they are hashed: each as JSON, a list of its cells, and a line end; many at a time. This form is part of the id of every data set: never change it. A row
 * with a group has a fourth cell, one without has three, so that groups change no id of data without them.
 */
export function* linesOf(examples: readonly Example[]): Generator<string> {
  const ends: Ends = new Map();
  let lines = '';
  for (const { text, label, domain, group } of examples) {
    lines += `[${JSON.stringify(text)}${ends.get(label)?.get(domain)?.get(group) ?? addEnd(ends, label, domain, group)}`;
    if (lines.length < TOGETHER) continue;
    yield lines;
    lines = '';
  }
  if (lines !== '') yield lines;
}

/** What follows the text of a row. */
function addEnd(ends: Ends, label: string, domain: string, group: string | undefined): string {
  const ofLabel = ends.get(label) ?? new Map<string, Map<string | undefined, string>>();
  const ofDomain = ofLabel.get(domain) ?? new Map<string | undefined, string>();
  const end = `,${JSON.stringify(group === undefined ? [label, domain] : [label, domain, group]).slice(1)}\n`;
  ends.set(label, ofLabel.set(domain, ofDomain.set(group, end)));
  return end;
}
