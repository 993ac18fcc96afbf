/** What an import did with a file's rows, and how the page says so. */

/** How many rows, and the first few of them (1-based, the header being row 1). */
export interface RowTally {
  readonly count: number;
  readonly firstRows: readonly number[];
}

/** At most so many rows are named in a tally. */
export const ROWS_NAMED = 5;

export interface ImportReport {
  readonly file: string;
  /** Rows of data in the file, blank lines and the header not counted. */
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
  /** Rows kept without a domain, in a file where other rows have one. */
  readonly noDomain: RowTally;
  /** Rows kept without a group, in a file where other rows have one. */
  readonly noGroup: RowTally;
}

/** Row numbers gathered one at a time. */
export class RowCounter implements RowTally {
  count = 0;
  readonly firstRows: number[] = [];

  add(row: number): void {
    this.count++;
    if (this.firstRows.length < ROWS_NAMED) this.firstRows.push(row);
  }

  tally(): RowTally {
    return { count: this.count, firstRows: [...this.firstRows] };
  }
}

const number = (n: number): string => n.toLocaleString('en');
const plural = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

/** "row 3", "rows 3 and 8", "rows 3, 8, 9, …" */
export function namedRows({ count, firstRows }: RowTally): string {
  const rows = firstRows.map(number);
  if (count === 1) return `row ${rows[0]}`;
  if (count > rows.length) return `rows ${rows.join(', ')}, …`;
  return `rows ${rows.slice(0, -1).join(', ')} and ${rows.at(-1)}`;
}

/** The report in plain English, one sentence a finding; what did not occur is not mentioned. */
export function reportSentences(report: ImportReport): string[] {
  const from = report.hasDomains ? ` from ${plural(report.domains, 'domain')}` : '';
  const sentences = [`Imported ${plural(report.examples, 'example')} with ${plural(report.labels, 'label')}${from}.`];
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
  return sentences;
}
