/** How files become examples: what is read out of a file by itself, and what the user decides before anything is embedded. */

export const FILE_FORMATS = ['delimited', 'jsonl', 'json', 'lines'] as const;
/** CSV, TSV and their like; one JSON object a line; one JSON array of objects; plain lines, each an example. */
export type FileFormat = (typeof FILE_FORMATS)[number];

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
/** As TextDecoder names them. */
export type Encoding = (typeof ENCODINGS)[number];

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** How one file is read. Found by looking at its beginning; each can be set otherwise. */
export interface FileReading {
  readonly format: FileFormat;
  readonly encoding: Encoding;
  /** Of 'delimited' only; else ','. */
  readonly delimiter: Delimiter;
  /** Of 'delimited' only: whether the first row names the columns. Without it they are “column 1”, “column 2”, …; the one column of 'lines' is “line”. */
  readonly hasHeader: boolean;
}

/** Where the text, label, domain or group of an example comes from. */
export type Origin =
  /** The column of this name, in whatever file. */
  | { readonly kind: 'column'; readonly column: string }
  /** The name of the file, without its ending. */
  | { readonly kind: 'file-name' }
  /** Nowhere: the examples have none. For the label only in a proposal that found none: it has to be chosen. */
  | { readonly kind: 'none' };

export const ROLES = ['text', 'label', 'domain', 'group'] as const;
export type Role = (typeof ROLES)[number];

export interface ImportPlan {
  /** Name of the data set. */
  readonly name: string;
  /** One a file, in the files' order. */
  readonly readings: readonly FileReading[];
  /** Text is always a column; label is a column or the file's name. */
  readonly origins: Readonly<Record<Role, Origin>>;
}

/** The beginning of one file, under one reading. */
export interface FilePreview {
  readonly file: string;
  readonly bytes: number;
  readonly reading: FileReading;
  readonly columns: readonly string[];
  /** The first few rows, cut to what can be shown; rows[i][j] is of columns[j], '' where the row has none. */
  readonly rows: readonly (readonly string[])[];
}

export interface ImportPreview {
  readonly files: readonly FilePreview[];
  /** What is proposed: the user confirms or changes it. */
  readonly plan: ImportPlan;
  /** Why `plan` cannot be carried out as it is, in words that say what to choose; '' when it can. */
  readonly problem: string;
}

/** A file's name without an ending that tells its format. */
export function fileStem(name: string): string {
  return name.replace(/\.(csv|tsv|tab|psv|txt|text|jsonl?|ndjson)$/iu, '') || name;
}
