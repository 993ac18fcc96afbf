import { spellingsInWords, type NameRole } from './import-names.ts';

/** What an import did with the rows of its files, and how the page says so. */

/** How many rows, and the first few of them (1-based in their file, a header being row 1). */
export interface RowTally {
  readonly count: number;
  readonly firstRows: readonly number[];
  /** The files of `firstRows`, one a row, where there were several. */
  readonly firstFiles?: readonly string[];
}

/** What one of several files gave. */
export interface FileTally {
  readonly file: string;
  /** As ImportReport has them for all files. */
  readonly rowsRead: number;
  readonly examples: number;
}

/** Spellings of a label, domain or group that differ in case and white space only. */
export interface SpelledAlike {
  readonly role: NameRole;
  /** Two or more, in order of appearance. */
  readonly spellings: readonly string[];
  /** Whether they were taken for one, by the first spelling. */
  readonly merged: boolean;
}

/** At most so many rows are named in a tally. */
export const ROWS_NAMED = 5;

export interface ImportReport {
  /** What the rows came from, in words: a file's name, or “3 files”. */
  readonly file: string;
  /** In the order in which they were read. */
  readonly files: readonly FileTally[];
  /** Rows of data, blank lines and headers not counted. */
  readonly rowsRead: number;
  /** Examples kept. */
  readonly examples: number;
  readonly labels: number;
  /** 1 when there is no domain column. */
  readonly domains: number;
  readonly hasDomains: boolean;
  /** Rows left out: no text. */
  readonly emptyText: RowTally;
  /** Rows left out: a text, but no label. */
  readonly emptyLabel: RowTally;
  /** Rows left out: an earlier row has the same text (see `textKey`), label, domain and group. */
  readonly duplicates: RowTally;
  /** Rows kept whose text was cut to `maxTextLength`. */
  readonly truncated: RowTally;
  readonly maxTextLength: number;
  /** Texts kept that stand under more than one label; the rows are those where a second label turns up. */
  readonly conflicting: RowTally;
  /** Rows kept without a domain, where other rows have one. */
  readonly noDomain: RowTally;
  /** Rows kept without a group, where other rows have one. */
  readonly noGroup: RowTally;
  readonly spelledAlike: readonly SpelledAlike[];
}

/** Rows gathered one at a time. */
export class RowCounter {
  count = 0;
  private readonly firstRows: number[] = [];
  private readonly firstFiles: string[] = [];

  /** @param row in `file` */
  add(row: number, file: string): void {
    this.count++;
    if (this.firstRows.length >= ROWS_NAMED) return;
    this.firstRows.push(row);
    this.firstFiles.push(file);
  }

  /** @param several whether there were several files */
  tally(several: boolean): RowTally {
    return { count: this.count, firstRows: [...this.firstRows], ...(several && { firstFiles: [...this.firstFiles] }) };
  }
}

const number = (n: number): string => n.toLocaleString('en');
const plural = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

/** "row 3", "rows 3 and 8", "rows 3, 8, 9, …"; of several files "rows 3 and 8 of a.csv, row 2 of b.csv, …" */
export function namedRows({ count, firstRows, firstFiles }: RowTally): string {
  const more = count > firstRows.length;
  if (!firstFiles) return rowsInWords(firstRows, more);
  const files = [...new Set(firstFiles)].map((file) => `${rowsInWords(firstRows.filter((_, i) => firstFiles[i] === file), false)} of ${file}`);
  return files.join(', ') + (more ? ', …' : '');
}

function rowsInWords(rows: readonly number[], more: boolean): string {
  const words = rows.map(number);
  if (more) return `rows ${words.join(', ')}, …`;
  return words.length === 1 ? `row ${words[0]}` : `rows ${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Names of which a report tells the spellings. */
const SPELLINGS_NAMED = 6;
/** Files of which a report tells what each gave. */
const FILES_NAMED = 8;

/** “Examples by file: 120 from pos.csv, 80 from neg.csv.” */
function filesSentence(files: readonly FileTally[]): string {
  const named = files.slice(0, FILES_NAMED).map(({ file, examples }) => `${number(examples)} from ${file}`);
  const rest = files.slice(FILES_NAMED);
  const more = rest.length > 0 ? [`${number(rest.reduce((sum, { examples }) => sum + examples, 0))} from ${plural(rest.length, 'more file')}`] : [];
  return `Examples by file: ${[...named, ...more].join(', ')}.`;
}

/** The report in plain English, one sentence a finding; what did not occur is not mentioned. */
export function reportSentences(report: ImportReport): string[] {
  const from = report.hasDomains ? ` from ${plural(report.domains, 'domain')}` : '';
  const sentences = [`Imported ${plural(report.examples, 'example')} with ${plural(report.labels, 'label')}${from}.`];
  if (report.files.length > 1) sentences.push(filesSentence(report.files));
  const say = (tally: RowTally, sentence: (n: number) => string): void => {
    if (tally.count > 0) sentences.push(`${sentence(tally.count)} (${namedRows(tally)}).`);
  };
  if (!report.hasDomains) sentences.push('There is only one domain, so a random sample of the examples will be held out instead.');
  say(report.emptyText, (n) => `${plural(n, 'row')} ${n === 1 ? 'was' : 'were'} left out for having no text`);
  say(report.emptyLabel, (n) => `${plural(n, 'row')} ${n === 1 ? 'was' : 'were'} left out for having no label`);
  say(report.duplicates, (n) => `${plural(n, 'row')} ${n === 1 ? 'was' : 'were'} left out as an exact repeat of an earlier row`);
  say(report.truncated, (n) => `${plural(n, 'text')} ${n === 1 ? 'was' : 'were'} cut to the first ${number(report.maxTextLength)} characters`);
  say(report.conflicting, (n) => `${plural(n, 'text')} ${n === 1 ? 'stands' : 'stand'} under more than one label, and ${n === 1 ? 'was' : 'were'} kept`);
  say(report.noDomain, (n) => `${plural(n, 'row')} ${n === 1 ? 'has' : 'have'} no domain, and ${n === 1 ? 'was' : 'were'} put in one of ${n === 1 ? 'its' : 'their'} own`);
  say(report.noGroup, (n) => `${plural(n, 'row')} ${n === 1 ? 'has' : 'have'} no group, and ${n === 1 ? 'was' : 'were'} put in one of ${n === 1 ? 'its' : 'their'} own`);
  sentences.push(...report.spelledAlike.slice(0, SPELLINGS_NAMED).map(({ role, spellings, merged }) => spellingsInWords(role, spellings, merged)));
  return sentences;
}
