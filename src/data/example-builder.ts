import { SINGLE_DOMAIN, distinct, textKey, type Example } from '../core/examples.ts';
import { RowCounter, type ImportReport } from '../core/import-report.ts';
import { COLUMNS, REQUIRED_COLUMNS, columnName, type CsvRecord } from './csv-records.ts';
import { DataError } from './errors.ts';

export const MAX_ROWS = 100_000;
export const MIN_ROWS = 8;
export const MAX_LABELS = 200;
/** Each step trains on some rows of every domain, so that a domain a row would be of no use. */
export const MAX_DOMAINS = 200;
/** Each group has a weight of its own in GroupDRO, and a line of its own among the slices. */
export const MAX_GROUPS = 200;
/** UTF-16 units kept of a text. The encoder reads 128 tokens, some 600 characters, so that what is cut would not be seen. */
export const MAX_TEXT_LENGTH = 4096;
/** A longer label, domain or group is taken for the wrong column. */
export const MAX_NAME_LENGTH = 200;
/** Domain of rows without one, where others have one. */
export const NO_DOMAIN = '(no domain)';
/** Group of rows without one, where others have one: a slice like the rest. */
export const NO_GROUP = '(no group)';

/** Where the header has each column, −1 for none; `count` is how many cells it has. */
type Columns = Readonly<Record<(typeof COLUMNS)[number] | 'count', number>>;

const NAME_REMEDIES = {
  label: 'Check that label is the right column: it should hold a few categories, each on many rows.',
  domain: 'Check that domain is the right column: it should hold a few sources, each on many rows. Rename the column to import without domains.',
  group: 'Check that group is the right column: it should hold a few groups, each on many rows. Rename the column to import without groups.',
} as const;

const QUOTE_REMEDY = 'Put a cell that contains the delimiter or a line break in double quotes ("…").';

/** Turns CSV records, the header first, into checked examples. One for each file. */
export class ExampleBuilder {
  private columns: Columns | null = null;
  private readonly examples: Example[] = [];
  private readonly rowsSeen = new Set<string>();
  private readonly labelOfKey = new Map<string, string>();
  private readonly conflictingKeys = new Set<string>();
  private readonly labels = new Set<string>();
  private readonly domains = new Set<string>();
  private readonly groups = new Set<string>();
  private rowsRead = 0;
  private readonly emptyText = new RowCounter();
  private readonly emptyLabel = new RowCounter();
  private readonly duplicates = new RowCounter();
  private readonly truncated = new RowCounter();
  private readonly conflicting = new RowCounter();
  private readonly noDomain = new RowCounter();
  private readonly noGroup = new RowCounter();

  constructor(private readonly file: string) {}

  /** @throws DataError when the header or the row cannot be used, or a limit is passed. */
  add({ row, fields }: CsvRecord): void {
    if (!this.columns) {
      this.columns = this.readHeader(fields, row);
      return;
    }
    const { text, label, domain, group, count } = this.columns;
    if (fields.length !== count) {
      throw this.error(`Row ${row} of ${this.file} has ${fields.length} ${fields.length === 1 ? 'cell' : 'cells'}; the header has ${count}.`, QUOTE_REMEDY, row);
    }
    if (++this.rowsRead > MAX_ROWS) {
      throw new DataError('too-big', `${this.file} has more than ${MAX_ROWS.toLocaleString('en')} rows.`, 'Choose a smaller file, such as a sample of the rows.', { file: this.file, row });
    }
    const cell = (index: number): string => (index < 0 ? '' : (fields[index] as string).replaceAll('\u0000', '').trim());
    this.addRow(row, cell(text), cell(label), cell(domain), group < 0 ? undefined : cell(group) || NO_GROUP);
  }

  /** @returns the examples and what became of the rows. @throws DataError when too little is left. */
  finish(): { examples: Example[]; report: ImportReport } {
    if (!this.columns) throw this.error(`${this.file} is empty.`, 'Choose a CSV file with the columns text and label.');
    this.refuseTooLittle();
    const hasDomains = this.domains.size > 1;
    const hasGroups = this.groups.size > 1 || (this.groups.size === 1 && !this.groups.has(NO_GROUP));
    const examples = this.examples.map(({ text, label, domain, group }) => ({ text, label, domain: hasDomains ? domain : SINGLE_DOMAIN, ...(hasGroups && { group }) }));
    const report: ImportReport = {
      file: this.file,
      rowsRead: this.rowsRead,
      examples: examples.length,
      labels: this.labels.size,
      domains: this.domains.size,
      hasDomains,
      emptyText: this.emptyText.tally(),
      emptyLabel: this.emptyLabel.tally(),
      duplicates: this.duplicates.tally(),
      truncated: this.truncated.tally(),
      maxTextLength: MAX_TEXT_LENGTH,
      conflicting: this.conflicting.tally(),
      noDomain: hasDomains ? this.noDomain.tally() : { count: 0, firstRows: [] },
      noGroup: hasGroups ? this.noGroup.tally() : { count: 0, firstRows: [] },
    };
    return { examples, report };
  }

  private addRow(row: number, fullText: string, label: string, domainCell: string, group: string | undefined): void {
    if (fullText === '') return this.emptyText.add(row);
    if (label === '') return this.emptyLabel.add(row);
    const text = cutText(fullText);
    const domain = domainCell || NO_DOMAIN;
    const key = textKey(text);
    const identity = [key, label, domain, group].join('\u0000');
    if (this.rowsSeen.has(identity)) return this.duplicates.add(row);
    this.rowsSeen.add(identity);

    this.addName(this.labels, label, MAX_LABELS, 'label', row);
    this.addName(this.domains, domain, MAX_DOMAINS, 'domain', row);
    if (group !== undefined) this.addName(this.groups, group, MAX_GROUPS, 'group', row);
    if (text !== fullText) this.truncated.add(row);
    if (domainCell === '') this.noDomain.add(row);
    if (group === NO_GROUP) this.noGroup.add(row);
    const earlier = this.labelOfKey.get(key);
    if (earlier === undefined) this.labelOfKey.set(key, label);
    else if (earlier !== label && !this.conflictingKeys.has(key)) {
      this.conflictingKeys.add(key);
      this.conflicting.add(row);
    }
    this.examples.push(group === undefined ? { text, label, domain } : { text, label, domain, group });
  }

  private addName(names: Set<string>, name: string, limit: number, column: keyof typeof NAME_REMEDIES, row: number): void {
    const remedy = NAME_REMEDIES[column];
    if (name.length > MAX_NAME_LENGTH) throw this.error(`The ${column} in row ${row} of ${this.file} has ${name.length.toLocaleString('en')} characters.`, remedy, row, column);
    names.add(name);
    if (names.size > limit) throw this.error(`${this.file} has more than ${limit} different ${column}s.`, remedy, row, column);
  }

  private readHeader(fields: readonly string[], row: number): Columns {
    const names = fields.map(columnName);
    const found = fields.map((field) => `“${field.trim().slice(0, 40)}”`).slice(0, 20).join(', ');
    for (const column of COLUMNS) {
      const times = names.filter((name) => name === column).length;
      if (times > 1) throw this.error(`The header of ${this.file} names the column ${column} ${times} times.`, 'Keep one of them.', row, column);
      if (times === 0 && REQUIRED_COLUMNS.includes(column)) {
        throw this.error(`${this.file} has no column ${column} in its header. Columns found: ${found}.`, 'Name the columns text, label and, if you have it, domain in the first row.', row, column);
      }
    }
    return { text: names.indexOf('text'), label: names.indexOf('label'), domain: names.indexOf('domain'), group: names.indexOf('group'), count: names.length };
  }

  private refuseTooLittle(): void {
    const dropped = this.emptyText.count + this.emptyLabel.count;
    if (this.rowsRead > 0 && this.examples.length === 0) {
      const column = this.emptyText.count > 0 ? 'text' : 'label';
      throw this.error(`All ${this.rowsRead} rows of ${this.file} lack a text or a label.`, 'Fill both columns, or check that text and label name the right columns.', undefined, column);
    }
    if (this.examples.length < MIN_ROWS) {
      const leftOut = dropped + this.duplicates.count;
      const because = leftOut > 0 ? `, ${leftOut} ${leftOut === 1 ? 'row' : 'rows'} being empty or repeated` : '';
      throw this.error(`${this.file} has only ${this.examples.length} usable ${this.examples.length === 1 ? 'row' : 'rows'}${because}; at least ${MIN_ROWS} are needed.`, 'Add more labelled examples.');
    }
    if (this.labels.size < 2) {
      throw this.error(`All rows of ${this.file} have the label “${distinct(this.labels)[0]}”.`, 'Add examples of at least one other label: a classifier chooses between labels.', undefined, 'label');
    }
  }

  private error(message: string, remedy: string, row?: number, column?: string): DataError {
    return new DataError('bad-file', message, remedy, { file: this.file, ...(row !== undefined && { row }), ...(column !== undefined && { column }) });
  }
}

/** The text's first MAX_TEXT_LENGTH units, not ending in half a character. */
function cutText(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const last = text.charCodeAt(MAX_TEXT_LENGTH - 1);
  const cutsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, cutsPair ? MAX_TEXT_LENGTH - 1 : MAX_TEXT_LENGTH).trimEnd();
}
