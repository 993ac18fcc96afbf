import { EXAMPLE_LIMITS } from '../core/example-limits.ts';
import { textKey } from '../core/examples.ts';
import type { NameRole } from '../core/import-names.ts';
import type { SpelledAlike } from '../core/import-report.ts';
import { DataError } from './errors.ts';

/** Spellings of one name that are kept for the report. */
const SPELLINGS_KEPT = 6;

const REMEDIES: Readonly<Record<NameRole, string>> = {
  label: 'Check that the label comes from the right column: it should hold a few categories, each on many rows.',
  domain: 'Check that the domain comes from the right column: it should hold a few sources, each on many rows. Choose “None” to import without domains.',
  group: 'Check that the group comes from the right column: it should hold a few groups, each on many rows. Choose “None” to import without groups.',
};

/** The different labels, domains or groups of an import, numbered in order of appearance. */
export class NameList {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  /** By `textKey`, all of one name. */
  private readonly spellings = new Map<string, string[]>();
  /** Rows are often sorted: the name of the row before is looked at first. */
  private lastName = '';
  private lastNumber = -1;

  /** @param merges whether spellings that differ in case and white space only are one name. @param column that they come from; null where it is none. @param subject “shop.csv has” */
  constructor(
    private readonly role: NameRole,
    readonly merges: boolean,
    private readonly column: string | null,
    private readonly subject: string,
  ) {}

  get size(): number {
    return this.names.length;
  }

  /** @throws DataError when the name is too long, or one too many */
  numberOf(name: string, file: string, row: number): number {
    if (name === this.lastName) return this.lastNumber;
    this.lastNumber = this.numbers.get(name) ?? this.add(name, file, row);
    this.lastName = name;
    return this.lastNumber;
  }

  /** The name that a spelling goes by, which is not taken up by this. */
  nameOf(name: string): string {
    return (this.merges && this.spellings.get(textKey(name))?.[0]) || name;
  }

  /** Names of which several spellings turned up. */
  spelledAlike(): SpelledAlike[] {
    return [...this.spellings.values()].flatMap((spellings) => (spellings.length > 1 ? [{ role: this.role, spellings, merged: this.merges }] : []));
  }

  private add(name: string, file: string, row: number): number {
    if (name.length > EXAMPLE_LIMITS.maxNameLength) throw this.error(`The ${this.role} in row ${row}${this.where(', ', ',')} of ${file} has ${name.length.toLocaleString('en')} characters.`, file, row);
    const key = textKey(name);
    const spellings = this.spellings.get(key) ?? [];
    const first = this.numbers.get(spellings[0] ?? '');
    const isOther = first === undefined || !this.merges;
    const limit = EXAMPLE_LIMITS.maxNames[this.role];
    if (isOther && this.names.length === limit) throw this.error(`${this.subject} more than ${limit} different ${this.role}s${this.where(' in ')}.`, file, row);
    if (spellings.length < SPELLINGS_KEPT) this.spellings.set(key, [...spellings, name]);
    const number = isOther ? this.names.push(name) - 1 : first;
    this.numbers.set(name, number);
    return number;
  }

  private error(message: string, file: string, row: number): DataError {
    return new DataError('bad-file', message, REMEDIES[this.role], { file, row, column: this.column ?? this.role });
  }

  private where(before: string, after = ''): string {
    return this.column === null ? '' : `${before}column “${this.column}”${after}`;
  }
}
