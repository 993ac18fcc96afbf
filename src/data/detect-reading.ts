import { DELIMITERS, type Delimiter, type Encoding, type FileFormat, type FileReading } from '../core/import-plan.ts';
import { lookOf, roleNamed } from './column-roles.ts';
import { looksLikeHeader } from './detect-header.ts';
import { delimitedFields } from './sample.ts';

/** Characters of a file's beginning that delimiter and header are told by. */
const LOOKED_AT = 64 * 1024;

const FORMAT_OF_ENDING: Readonly<Record<string, FileFormat>> = { csv: 'delimited', tsv: 'delimited', tab: 'delimited', psv: 'delimited', jsonl: 'jsonl', ndjson: 'jsonl', json: 'json' };
/** What a file is called that could be separated by anything. */
const DELIMITER_OF_ENDING: Readonly<Record<string, Delimiter>> = { tsv: '\t', tab: '\t', psv: '|' };

/** How a file is likely to be read. @param text its beginning. @param whole whether that is all of it */
export function detectReading(name: string, encoding: Encoding, text: string, whole: boolean): FileReading {
  const ending = /\.([a-z]+)$/iu.exec(name)?.[1]?.toLowerCase() ?? '';
  const start = text.slice(0, LOOKED_AT);
  const startIsWhole = whole && start.length === text.length;
  const format = jsonFormat(FORMAT_OF_ENDING[ending], start);
  if (format) return { format, encoding, delimiter: ',', hasHeader: false };
  const best = bestTable(start, startIsWhole);
  const byEnding = FORMAT_OF_ENDING[ending] === 'delimited';
  if (!byEnding && !(best && isTable(best))) return { format: 'lines', encoding, delimiter: ',', hasHeader: false };
  const delimiter = best?.delimiter ?? DELIMITER_OF_ENDING[ending] ?? ',';
  const plainQuotes = best?.plainQuotes ?? false;
  const hasHeader = looksLikeHeader(delimitedFields(start, delimiter, startIsWhole, plainQuotes).rows);
  return { format: 'delimited', encoding, delimiter, hasHeader, ...(plainQuotes && { plainQuotes }) };
}

/** 'jsonl', 'json', or null for neither. The content decides, whatever the file is called: JSON of examples begins with a bracket. */
function jsonFormat(ofEnding: FileFormat | undefined, start: string): 'jsonl' | 'json' | null {
  const named = ofEnding === 'json' || ofEnding === 'jsonl' ? ofEnding : null;
  if (ofEnding === 'delimited') return null;
  const json = start.trimStart();
  if (json.startsWith('{')) {
    const line = (/^[^\r\n]*/u.exec(json) as RegExpExecArray)[0];
    return isJsonObject(line) ? 'jsonl' : named;
  }
  if (/^\[\s*(\{\s*["}]|\]\s*$)/u.test(json)) return 'json';
  return json.startsWith('[') ? named : null;
}

function isJsonObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** Text taken apart by one delimiter. */
interface Table {
  readonly delimiter: Delimiter;
  readonly rows: number;
  readonly columns: number;
  readonly plainQuotes: boolean;
  /** Share of the rows that are as long as the first one, 0 … 1. */
  readonly even: number;
  /** Cells of the first row that are names of a role. */
  readonly known: number;
  /** Whether some column holds a few values, most of them repeated. */
  readonly categories: boolean;
}

/** Null when no delimiter makes two columns. */
function bestTable(text: string, whole: boolean): Table | null {
  const tables = DELIMITERS.map((delimiter) => tableOf(text, delimiter, whole)).filter(({ columns }) => columns > 1);
  return tables.length === 0 ? null : tables.reduce((a, b) => (score(b) > score(a) ? b : a));
}

function tableOf(text: string, delimiter: Delimiter, whole: boolean): Table {
  const plainQuotes = hasPlainQuotes(text, delimiter, whole);
  const { rows, broken } = delimitedFields(text, delimiter, whole, plainQuotes);
  const [first = []] = rows;
  const even = rows.filter((row) => row.length === first.length);
  return {
    delimiter,
    rows: rows.length,
    columns: first.length,
    plainQuotes,
    even: broken ? 0 : even.length / Math.max(1, rows.length),
    known: first.filter((cell) => roleNamed(cell) !== null).length,
    categories: first.some((_, i) => lookOf(even.map((row) => row[i] ?? '')).categories),
  };
}

/**
 * Whether quotation marks are part of the texts. Only spreadsheets enclose cells of tab-separated text in them; where a text begins with one by chance, the lines up to the
 * next one would be swallowed, or nothing could be read, though every line by itself has the same number of cells.
 */
function hasPlainQuotes(text: string, delimiter: Delimiter, whole: boolean): boolean {
  if (delimiter !== '\t' || !text.includes('"')) return false;
  const { rows } = delimitedFields(text, delimiter, whole, true);
  const width = rows[0]?.length ?? 0;
  if (width < 2 || rows.some(({ length }) => length !== width)) return false;
  const quoted = delimitedFields(text, delimiter, whole);
  return quoted.broken || quoted.rows.length < rows.length;
}

/** Names count most, then rows of one length, then a column that could be the label; among equals, the more columns. */
function score({ known, even, categories, columns }: Table): number {
  return 100 * known + 10 * even + (even >= 0.9 ? 10 : 0) + (categories ? 5 : 0) + Math.min(columns, 90) / 100;
}

/** Whether text that could be plain lines is a table: prose has commas too, but hardly tabs, and not the same number in each line beside a repeated value. */
function isTable({ delimiter, rows, even, known, categories }: Table): boolean {
  if (known > 1) return even >= 0.5;
  if (delimiter === '\t') return even >= 0.9;
  return rows > 1 && even === 1 && (known > 0 || categories);
}
