import { freeName } from '../dataset-origin.ts';
import { EXAMPLE_LIMITS } from '../example-limits.ts';
import { textKey, type Dataset, type Example } from '../examples.ts';
import { count, counted } from '../format.ts';
import { namedRows, type RowTally } from '../import-report.ts';
import { LEFT_OUT_LIMITS, isKept, rowsTakenIn, tallyOf, type LeftOut, type LeftOutKind, type TakeIn } from '../left-out.ts';
import { EXAMPLES_SHOWN, excerpt, theCounted, type Finding, type FindingExample, type Remedy } from './report.ts';
import { rowsKeptInWords } from './rows-kept.ts';

const WITHOUT_LABEL = 'row without a label';
const WITHOUT_LABELS = 'rows without a label';

/** One kind of rows left out. */
interface Part {
  readonly kind: LeftOutKind;
  readonly tally: RowTally;
  /** The rows that are kept, as they would be taken in. */
  readonly rows: readonly Example[];
  readonly edit: TakeIn;
  /** “equal to an earlier row” */
  readonly why: string;
  /** “the 12 repeats” */
  readonly name: string;
  /** “12 repeats” */
  readonly amount: string;
}

/** Rows that the import left out and that are out still. Those that can be taken in have a remedy; why others have none is told. @param leftOut null where nothing is known of an import */
export function leftOutFinding(dataset: Dataset, leftOut: LeftOut | null): Finding | null {
  if (!leftOut) return null;
  const parts = partsOf(dataset, leftOut).filter(({ kind, tally }) => tally.count > 0 && !leftOut.takenIn.includes(kind));
  const { emptyText, file } = leftOut.report;
  const total = parts.reduce((sum, { tally }) => sum + tally.count, emptyText.count);
  if (total === 0) return null;
  const obstacles = parts.map((part) => obstacleTo(part, dataset, leftOut));
  return {
    key: 'left-out',
    severity: 'note',
    title: `${counted(total, 'row')} of ${file} left out`,
    count: total,
    details: [
      rowsKeptInWords(leftOut.report),
      ...leftOut.takenIn.map((kind) => `Taken in since: ${amountOf(kind, tallyOf(leftOut, kind).count)}.`),
      ...(emptyText.count > 0 ? [`There is nothing to train on in ${counted(emptyText.count, 'row')} without a text (${namedRows(emptyText)}), and so no remedy.`] : []),
      ...obstacles.filter((obstacle) => obstacle !== null),
      ...(obstacles.includes(null) ? ['Take rows in before other remedies: those are applied to what was kept.'] : []),
    ],
    rows: new Uint32Array(0),
    why: 'What is left out is neither trained on nor scored. A repeat adds no new text; but where texts are frequent for a reason, as greetings are, their frequency is part of what a classifier meets. Rows without a label can be a class of their own.',
    examples: examplesFrom([...parts.map(({ tally, rows, why }) => toldRows(leftOut, tally, why, rows)), toldRows(leftOut, emptyText, 'no text', [])]),
    remedies: parts.filter((_, i) => obstacles[i] === null).map(remedyFor),
    refused: [],
  };
}

function partsOf(dataset: Dataset, leftOut: LeftOut): Part[] {
  const label = freeName('unlabelled', new Set(dataset.labels.map(textKey)));
  const edits: readonly TakeIn[] = [{ kind: 'take-in', which: 'repeats' }, { kind: 'take-in', which: 'unlabelled', label }];
  return edits.map((edit): Part => {
    const tally = tallyOf(leftOut, edit.which);
    const rows = leftOut.rows ? [...rowsTakenIn(dataset, leftOut.rows, edit)] : [];
    const isRepeat = edit.which === 'repeats';
    const name = isRepeat ? theCounted(tally.count, 'repeat') : theCounted(tally.count, WITHOUT_LABEL, WITHOUT_LABELS);
    return { kind: edit.which, tally, rows, edit, why: isRepeat ? 'equal to an earlier row' : 'no label', name, amount: amountOf(edit.which, tally.count) };
  });
}

function amountOf(kind: LeftOutKind, n: number): string {
  return kind === 'repeats' ? counted(n, 'repeat') : counted(n, WITHOUT_LABEL, WITHOUT_LABELS);
}

function remedyFor({ edit, name, amount }: Part): Remedy {
  const under = edit.which === 'unlabelled' ? `, under the label “${edit.label}”` : '';
  return { label: `Take in ${name}${under}`, done: `Took in ${amount}${under}.`, result: `with ${amount}`, edit };
}

/** Why rows cannot be taken in, and what can be done about it; null where they can. */
function obstacleTo({ kind, name, rows, edit }: Part, dataset: Dataset, leftOut: LeftOut): string | null {
  if (!leftOut.rows) return `An older version of this page imported the data, and did not keep ${name}. Import the file again to be able to take rows in.`;
  const characters = count(LEFT_OUT_LIMITS.characters);
  if (!isKept(leftOut, kind)) {
    return kind === 'repeats'
      ? `There is no remedy for ${name}: more than ${characters} characters of them are spelled otherwise than the rows that they repeat, and so many are not kept. Spell equal texts alike in the file, or take a sample of its rows, and import that.`
      : `There is no remedy for ${name}: no more than ${count(LEFT_OUT_LIMITS.unlabelledRows)} of them and ${characters} of their characters are kept, and none with names longer than ${EXAMPLE_LIMITS.maxNameLength} characters. Write a label into the file, such as “${edit.which === 'unlabelled' ? edit.label : ''}”, and import it again.`;
  }
  const { maxRows, maxNames } = EXAMPLE_LIMITS;
  if (dataset.examples.length + rows.length > maxRows) return `There is no remedy for ${name}: a data set can have ${count(maxRows)} rows.`;
  const namesOf = (of: (row: Example) => string, known: readonly string[]): number => new Set([...known, ...rows.map(of)]).size;
  for (const [role, names] of [
    ['label', namesOf(({ label }) => label, dataset.labels)],
    ['domain', namesOf(({ domain }) => domain, dataset.domains)],
    ['group', dataset.groups.length > 0 ? namesOf(({ group = '' }) => group, dataset.groups) : 0],
  ] as const) {
    if (names > maxNames[role]) return `There is no remedy for ${name}: with them there would be ${names} ${role}s, and ${maxNames[role]} are the most.`;
  }
  return null;
}

/** The rows that a tally names, told in full. @param rows the first of them, as far as they are kept */
function toldRows({ report }: LeftOut, { firstRows, firstFiles }: RowTally, why: string, rows: readonly Example[]): FindingExample[] {
  return firstRows.map((row, i) => ({ text: excerpt(rows[i]?.text ?? ''), note: `${firstFiles?.[i] ?? report.file}, row ${count(row)}: ${why}` }));
}

/** One of each kind, then the next of each, as many as are shown. */
function examplesFrom(kinds: readonly (readonly FindingExample[])[]): FindingExample[] {
  const most = Math.max(...kinds.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => kinds.flatMap((examples) => examples[i] ?? [])).flat().slice(0, EXAMPLES_SHOWN);
}
