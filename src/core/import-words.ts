import { count, counted, megabytes } from './format.ts';
import { DELIMITERS, ENCODINGS, FILE_FORMATS, type Delimiter, type Encoding, type FileFormat, type FilePreview, type Role } from './import-plan.ts';

/** What the import preview calls things. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = { text: 'Text', label: 'Label', domain: 'Domain', group: 'Group' };
export const FORMAT_WORDS: Readonly<Record<FileFormat, string>> = { delimited: 'CSV or TSV', jsonl: 'JSON lines', json: 'JSON array', lines: 'Plain lines' };
export const ENCODING_WORDS: Readonly<Record<Encoding, string>> = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16, little-endian', 'utf-16be': 'UTF-16, big-endian', 'windows-1252': 'Windows-1252' };
export const DELIMITER_WORDS: Readonly<Record<Delimiter, string>> = { ',': 'Comma', ';': 'Semicolon', '\t': 'Tab', '|': 'Vertical bar' };

const optionsOf = <T extends string>(values: readonly T[], words: Readonly<Record<T, string>>): { readonly value: T; readonly label: string }[] => values.map((value) => ({ value, label: words[value] }));

/** As lists to choose from. */
export const FORMAT_OPTIONS = optionsOf(FILE_FORMATS, FORMAT_WORDS);
export const ENCODING_OPTIONS = optionsOf(ENCODINGS, ENCODING_WORDS);
export const DELIMITER_OPTIONS = optionsOf(DELIMITERS, DELIMITER_WORDS);

/** Up to so many files are shown at once; more are folded. */
export const FILES_SHOWN = 3;

/** “shop.csv”, or “3 files”. */
export function filesInWords(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? '') : counted(names.length, 'file');
}

/** 312 → “312 bytes”, 12345 → “12.3 kB”, 28123456 → “28.1 MB”. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  return bytes < 999_950 ? `${(bytes / 1000).toFixed(1)} kB` : megabytes(bytes);
}

/** How a file is read, in one line: “CSV or TSV, UTF-8, semicolon, 3 columns, 28.1 kB”. */
export function readingInWords({ reading, columns, bytes }: Pick<FilePreview, 'reading' | 'columns' | 'bytes'>): string {
  const delimiter = reading.format === 'delimited' ? [DELIMITER_WORDS[reading.delimiter].toLowerCase()] : [];
  return [FORMAT_WORDS[reading.format], ENCODING_WORDS[reading.encoding], ...delimiter, counted(columns.length, 'column'), fileSize(bytes)].join(', ');
}

/** Above the rows of a preview; how many a file has is not known yet. @param rows shown */
export function firstRowsInWords(file: string, rows: number): string {
  return rows === 0 ? `No rows in ${file}` : rows === 1 ? `First row of ${file}` : `First ${count(rows)} rows of ${file}`;
}
