import { ROLES, type Origin, type Role } from '../core/import-plan.ts';
import { columnKey } from './column-names.ts';
import { parseFiles, type Imported, type ParseOptions } from './parse-files.ts';
import { previewFiles } from './preview-files.ts';

export type { Imported, ParseOptions } from './parse-files.ts';

export interface CsvSource {
  /** Name of the file, for messages; without its ending, the data set's name. */
  readonly name: string;
  readonly content: Blob | Uint8Array<ArrayBuffer> | string;
}

/**
 * Reads a table with the columns `text`, `label` and, if they are there, `domain` and `group`, with nobody to choose: bundled data, benchmarks.
 * @throws DataError naming the file, the row and the column where they are known; the signal's reason when aborted
 */
export async function parseCsv({ name, content }: CsvSource, options: ParseOptions = {}): Promise<Imported> {
  const source = { name, content: content instanceof Uint8Array ? new Blob([content]) : content };
  const { files, plan } = await previewFiles([source], [null], options.signal);
  const columns = new Set(files[0]?.columns.map(columnKey));
  const origins = Object.fromEntries(ROLES.map((role): [Role, Origin] => [role, role === 'text' || role === 'label' || columns.has(role) ? { kind: 'column', column: role } : { kind: 'none' }]));
  const readings = plan.readings.map((reading) => ({ ...reading, format: 'delimited' as const, hasHeader: true }));
  return parseFiles([source], { ...plan, readings, origins: origins as Record<Role, Origin>, mergeSpellings: false }, options);
}
