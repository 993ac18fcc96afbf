import { DataError } from './errors.ts';

/** A longer label, domain or group is taken for the wrong column. */
export const MAX_NAME_LENGTH = 200;

const REMEDIES = {
  label: 'Check that the label comes from the right column: it should hold a few categories, each on many rows.',
  domain: 'Check that the domain comes from the right column: it should hold a few sources, each on many rows. Choose “None” to import without domains.',
  group: 'Check that the group comes from the right column: it should hold a few groups, each on many rows. Choose “None” to import without groups.',
} as const;

/** The different labels, domains or groups of an import, numbered in order of appearance. */
export class NameList {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  /** Rows are often sorted: the name of the row before is looked at first. */
  private lastName = '';
  private lastNumber = -1;

  /** @param column that they come from. @param subject “shop.csv has” */
  constructor(
    private readonly role: keyof typeof REMEDIES,
    private readonly limit: number,
    private readonly column: string,
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

  private add(name: string, file: string, row: number): number {
    if (name.length > MAX_NAME_LENGTH) throw this.error(`The ${this.role} in row ${row} of ${file} has ${name.length.toLocaleString('en')} characters.`, file, row);
    if (this.names.length === this.limit) throw this.error(`${this.subject} more than ${this.limit} different ${this.role}s.`, file, row);
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  private error(message: string, file: string, row: number): DataError {
    return new DataError('bad-file', message, REMEDIES[this.role], { file, row, column: this.column });
  }
}
