import { EXAMPLE_LIMITS } from '../core/example-limits.ts';
import { NO_DOMAIN, SINGLE_DOMAIN, type Example } from '../core/examples.ts';
import type { NameRole } from '../core/import-names.ts';
import type { ImportPlan, Role } from '../core/import-plan.ts';
import { RowCounter, type FileTally, type ImportReport } from '../core/import-report.ts';
import { filesInWords } from '../core/import-words.ts';
import type { LeftOutRows } from '../core/left-out.ts';
import { DataError } from './errors.ts';
import { LeftOutCollector } from './left-out-collector.ts';
import { NameList } from './name-list.ts';
import { TextIndex } from './text-index.ts';

const { minRows: MIN_ROWS, maxRows: MAX_ROWS, maxTextLength: MAX_TEXT_LENGTH, maxNames } = EXAMPLE_LIMITS;
/** Numbers of domains and groups are below these. */
const DOMAINS = maxNames.domain + 1;
const GROUPS = maxNames.group + 1;
/** Group of rows without one, where others have one: a slice like the rest. */
export const NO_GROUP = '(no group)';

const NO_ROW = -1;

const COUNTERS = ['emptyText', 'emptyLabel', 'duplicates', 'truncated', 'conflicting', 'noDomain', 'noGroup'] as const;

/** Everything but the id of a data set, and what became of the rows. */
export interface BuiltExamples {
  readonly examples: Example[];
  readonly labels: string[];
  readonly domains: string[];
  readonly groups: string[];
  readonly report: ImportReport;
  readonly leftOut: LeftOutRows;
}

/** Turns the rows of one or several files into checked examples. One for each import. */
export class ExampleBuilder {
  private readonly texts = new TextIndex();
  /** Of each text, by its number: where it stood first, in which row of the result, and whether it has been counted as conflicting. */
  private readonly firstSort: number[] = [];
  private readonly firstRow: number[] = [];
  private readonly conflicted = new Set<number>();
  /** Where texts that stand in several places stand, with the rows. */
  private readonly moreSorts = new Map<number, Map<number, number>>();
  private readonly labels: NameList;
  private readonly domains: NameList;
  private readonly groups: NameList;
  /** The examples as they are when there turn out to be several domains, and groups. */
  private readonly kept: Example[] = [];
  private readonly counters = Object.fromEntries(COUNTERS.map((name) => [name, new RowCounter()])) as Readonly<Record<(typeof COUNTERS)[number], RowCounter>>;
  private readonly leftOut = new LeftOutCollector();
  private readonly tallies: { file: string; rowsRead: number; examples: number }[] = [];
  private readonly hasGroups: boolean;
  private rowsRead = 0;

  /** @param files names of all files */
  constructor(
    private readonly files: readonly string[],
    private readonly plan: Pick<ImportPlan, 'origins' | 'mergeSpellings'>,
  ) {
    const subject = files.length === 1 ? `${files[0]} has` : `The ${files.length} files have`;
    const listOf = (role: NameRole): NameList => new NameList(role, plan.mergeSpellings, this.columnOf(role), subject);
    [this.labels, this.domains, this.groups] = [listOf('label'), listOf('domain'), listOf('group')];
    this.hasGroups = plan.origins.group.kind !== 'none';
  }

  /** What is added from now on is of this file. */
  startFile(file: string): void {
    this.tallies.push({ file, rowsRead: 0, examples: 0 });
  }

  /** Cells as they stand in the file, '' for what the row does not have. @throws DataError when the row cannot be used, or a limit is passed */
  add(row: number, textCell: string, labelCell: string, domainCell: string, groupCell: string): void {
    const tally = this.tallies.at(-1) as FileTally & { rowsRead: number; examples: number };
    const { file } = tally;
    tally.rowsRead++;
    if (++this.rowsRead > MAX_ROWS) throw this.tooManyRows(file, row);
    const fullText = textCell.trim();
    const labelName = labelCell.trim();
    if (fullText === '') return this.counters.emptyText.add(row, file);
    const text = fullText.length > MAX_TEXT_LENGTH ? cutText(fullText) : fullText;
    const domainName = domainCell.trim();
    const groupName = groupCell.trim();
    if (labelName === '') {
      this.leftOut.addUnlabelled(text, domainName || NO_DOMAIN, groupName || NO_GROUP);
      return this.counters.emptyLabel.add(row, file);
    }
    const label = this.labels.numberOf(labelName, file, row);
    const domain = this.domains.numberOf(domainName || NO_DOMAIN, file, row);
    const group = this.hasGroups ? this.groups.numberOf(groupName || NO_GROUP, file, row) : 0;
    const equal = this.equalRow(text, label, domain, group, file, row);
    if (equal !== NO_ROW) {
      this.leftOut.addRepeat(equal, text === this.kept[equal]?.text ? null : text);
      return this.counters.duplicates.add(row, file);
    }
    if (text !== fullText) this.counters.truncated.add(row, file);
    if (domainName === '') this.counters.noDomain.add(row, file);
    if (this.hasGroups && groupName === '') this.counters.noGroup.add(row, file);
    tally.examples++;
    const example = { text, label: this.labels.names[label] as string, domain: this.domains.names[domain] as string };
    this.kept.push(this.hasGroups ? { ...example, group: this.groups.names[group] as string } : example);
  }

  /** @throws DataError when too little is left */
  finish(): BuiltExamples {
    this.refuseTooLittle();
    const hasDomains = this.domains.size > 1;
    const hasGroups = this.hasGroups && (this.groups.size > 1 || this.groups.names[0] !== NO_GROUP);
    const labels = [...this.labels.names];
    const domains = hasDomains ? [...this.domains.names] : [SINGLE_DOMAIN];
    const groups = hasGroups ? [...this.groups.names] : [];
    const asKept = hasDomains && hasGroups === this.hasGroups;
    const examples = asKept ? this.kept : this.kept.map(({ text, label, domain, group }): Example => ({ text, label, domain: hasDomains ? domain : SINGLE_DOMAIN, ...(hasGroups && { group }) }));
    const leftOut = this.leftOut.finish(hasDomains ? this.domains : null, hasGroups ? this.groups : null);
    return { examples, labels, domains, groups, report: this.report(hasDomains, hasGroups), leftOut };
  }

  /** The kept row with this text under this label, domain and group. Where there is none, notes that the next one is, and texts under more than one label. */
  private equalRow(text: string, label: number, domain: number, group: number, file: string, row: number): number {
    const sort = (label * DOMAINS + domain) * GROUPS + group;
    const before = this.texts.size;
    const number = this.texts.add(text);
    if (number === before) {
      this.firstSort.push(sort);
      this.firstRow.push(this.kept.length);
      return NO_ROW;
    }
    const first = this.firstSort[number] as number;
    if (sort === first) return this.firstRow[number] as number;
    const more = this.moreSorts.get(number);
    const known = more?.get(sort);
    if (known !== undefined) return known;
    if (more) more.set(sort, this.kept.length);
    else this.moreSorts.set(number, new Map([[sort, this.kept.length]]));
    const firstLabel = Math.floor(first / (DOMAINS * GROUPS));
    if (firstLabel !== label && !this.conflicted.has(number)) {
      this.conflicted.add(number);
      this.counters.conflicting.add(row, file);
    }
    return NO_ROW;
  }

  private report(hasDomains: boolean, hasGroups: boolean): ImportReport {
    const none = { count: 0, firstRows: [] };
    const tally = (name: (typeof COUNTERS)[number]) => this.counters[name].tally(this.files.length > 1);
    return {
      file: filesInWords(this.files),
      files: this.tallies.map((file) => ({ ...file })),
      rowsRead: this.rowsRead,
      examples: this.kept.length,
      labels: this.labels.size,
      domains: this.domains.size,
      hasDomains,
      emptyText: tally('emptyText'),
      emptyLabel: tally('emptyLabel'),
      duplicates: tally('duplicates'),
      truncated: tally('truncated'),
      maxTextLength: MAX_TEXT_LENGTH,
      conflicting: tally('conflicting'),
      noDomain: hasDomains ? tally('noDomain') : none,
      noGroup: hasGroups ? tally('noGroup') : none,
      spelledAlike: [this.labels, this.domains, this.groups].flatMap((list) => list.spelledAlike()),
    };
  }

  private tooManyRows(file: string, row: number): DataError {
    const limit = MAX_ROWS.toLocaleString('en');
    const message = this.files.length === 1 ? `${file} has more than ${limit} rows.` : `The ${this.files.length} files have more than ${limit} rows: row ${row.toLocaleString('en')} of ${file} is one too many.`;
    return new DataError('too-big', message, 'Choose less, such as a sample of the rows.', { file, row });
  }

  private refuseTooLittle(): void {
    const { emptyText, emptyLabel, duplicates } = this.counters;
    const [one = ''] = this.files;
    const [of, has] = this.files.length === 1 ? [one, `${one} has`] : [`the ${this.files.length} files`, `The ${this.files.length} files have`];
    if (this.rowsRead > 0 && this.kept.length === 0) {
      const role = emptyText.count > 0 ? 'text' : 'label';
      throw this.error(`All ${this.rowsRead} rows of ${of} lack a text or a label.`, 'Fill both columns, or choose other columns for text and label.', this.columnOf(role) ?? role);
    }
    if (this.kept.length < MIN_ROWS) {
      const leftOut = emptyText.count + emptyLabel.count + duplicates.count;
      const because = leftOut > 0 ? `, ${leftOut} ${leftOut === 1 ? 'row' : 'rows'} being empty or repeated` : '';
      throw this.error(`${has} only ${this.kept.length} usable ${this.kept.length === 1 ? 'row' : 'rows'}${because}; at least ${MIN_ROWS} are needed.`, 'Add more labelled examples.');
    }
    if (this.labels.size < 2) {
      const column = this.columnOf('label');
      const where = column === null ? '' : ` in column “${column}”`;
      throw this.error(`All rows of ${of} have the label “${this.labels.names[0]}”${where}.`, 'Add examples of at least one other label: a classifier chooses between labels.', column ?? 'label');
    }
  }

  /** Null where the role comes from no column. */
  private columnOf(role: Role): string | null {
    const origin = this.plan.origins[role];
    return origin.kind === 'column' ? origin.column : null;
  }

  private error(message: string, remedy: string, column?: string): DataError {
    return new DataError('bad-file', message, remedy, { ...(this.files.length === 1 && { file: this.files[0] }), ...(column !== undefined && { column }) });
  }
}

/** The text's first units, as many as are kept, not ending in half a character. */
function cutText(text: string): string {
  const last = text.charCodeAt(MAX_TEXT_LENGTH - 1);
  const cutsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, cutsPair ? MAX_TEXT_LENGTH - 1 : MAX_TEXT_LENGTH).trimEnd();
}
