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
  /** Of 'delimited' only: quotation marks are part of the cells, as where no spreadsheet wrote the file. Else they enclose cells. */
  readonly plainQuotes?: boolean;
  /** Of 'delimited' only, where quotation marks enclose cells: spaces may stand before the opening one. */
  readonly spacedQuotes?: boolean;
  /** Of 'delimited' only: rows at the beginning that do not belong to the table, as a title; 0 where it is not there. */
  readonly rowsAbove?: number;
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
  /** Whether labels, domains and groups that differ in case and white space only (see `textKey`) are one, in the spelling that comes first. */
  readonly mergeSpellings: boolean;
}

/** What keeps a file from being imported as it is read, found in its beginning. */
export interface FileProblem {
  /** What is wrong, naming the file and, where they are known, row and column. */
  readonly message: string;
  /** What can be done about it. */
  readonly remedy: string;
  /** The column that it is in: no problem where nothing is read from there. Null where a whole row, or the file, is concerned. */
  readonly column: string | null;
}

/** What stands in one column of the rows looked at. */
export interface ColumnTally {
  /** Rows with a value. */
  readonly filled: number;
  /** Each value and its rows, in order of appearance; null when there are more than a data set can have labels, or one is too long for a name. */
  readonly values: readonly (readonly [value: string, rows: number])[] | null;
}

/** The beginning of one file, under one reading. */
export interface FilePreview {
  readonly file: string;
  readonly bytes: number;
  readonly reading: FileReading;
  /** None where not even one row can be read in this way. */
  readonly columns: readonly string[];
  /** The first few rows, cut to what can be shown; rows[i][j] is of columns[j], '' where the row has none. */
  readonly rows: readonly (readonly string[])[];
  /** Rows looked at, which are more than `rows`. */
  readonly rowsSeen: number;
  /** Whether these are all that the file has. */
  readonly isWhole: boolean;
  /** Of the rows looked at, one a column. */
  readonly tallies: readonly ColumnTally[];
  /** What cannot be imported as it is read. */
  readonly problems: readonly FileProblem[];
  /** What can be read but looks odd, with what to do; '' for nothing. */
  readonly advice: string;
  /** Where no row can be read: the first lines as they stand, cut likewise. None where the file holds no text. */
  readonly lines: readonly string[];
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
