import type { Example } from '../core/examples.ts';

/**
 * Rows as they are hashed, many at a time. These forms are part of the ids of all data sets: never change them. A row with a group has one more cell than one without,
 * so that groups change no id of data without them.
 */

/** Characters handed on together, about: fewer cost calls. */
const TOGETHER = 2 ** 17;

/** Each row as JSON, a list of its cells, and a line end. */
export function* jsonLines(examples: readonly Example[]): Generator<string> {
  const endOf = rowEnds();
  yield* together(examples, (row) => `[${JSON.stringify(row.text)},${endOf(row)}`);
}

/** Each row as its text, with its length in front instead of escapes, which take time, a JSON list of its other cells, and a line end. */
export function* countedLines(examples: readonly Example[]): Generator<string> {
  const endOf = rowEnds();
  // Half a character has no UTF-8.
  yield* together(examples, (row) => `${row.text.isWellFormed() ? `${row.text.length} ${row.text}` : JSON.stringify(row.text)}[${endOf(row)}`);
}

function* together(examples: readonly Example[], lineOf: (example: Example) => string): Generator<string> {
  let lines = '';
  for (const example of examples) {
    lines += lineOf(example);
    if (lines.length < TOGETHER) continue;
    yield lines;
    lines = '';
  }
  if (lines !== '') yield lines;
}

/** What follows the text of a row, without the bracket before it: made once for each label, domain and group, which many rows share. */
function rowEnds(): (example: Example) => string {
  const ends = new Map<string, Map<string, Map<string | undefined, string>>>();
  return ({ label, domain, group }) => {
    const known = ends.get(label)?.get(domain)?.get(group);
    if (known !== undefined) return known;
    const ofLabel = ends.get(label) ?? new Map<string, Map<string | undefined, string>>();
    const ofDomain = ofLabel.get(domain) ?? new Map<string | undefined, string>();
    const end = `${JSON.stringify(group === undefined ? [label, domain] : [label, domain, group]).slice(1)}\n`;
    ends.set(label, ofLabel.set(domain, ofDomain.set(group, end)));
    return end;
  };
}
