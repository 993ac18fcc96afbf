import { DELIMITERS, type Delimiter, type Encoding, type FileFormat, type FileReading } from '../core/import-plan.ts';
import { lookOf, roleNamed } from './column-roles.ts';
import { looksLikeHeader, titleRows } from './detect-header.ts';
import { delimitedFields, type Fields } from './sample.ts';

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
  const quotes = best?.quotes ?? {};
  const rowsAbove = best?.rowsAbove ?? 0;
  const hasHeader = looksLikeHeader(delimitedFields(start, { delimiter, ...quotes, rowsAbove }, startIsWhole).rows);
  return { format: 'delimited', encoding, delimiter, hasHeader, ...quotes, ...(rowsAbove > 0 && { rowsAbove }) };
}

/** 'jsonl', 'json', or null for neither. The content decides, whatever the file is called: JSON of examples begins with a bracket. */
function jsonFormat(ofEnding: FileFormat | undefined, start: string): 'jsonl' | 'json' | null {
  const named = ofEnding === 'json' || ofEnding === 'jsonl' ? ofEnding : null;
  if (ofEnding === 'delimited') return null;
  const json = start.trimStart();
  if (json.startsWith('{')) {
    const [line = '', next] = json.split(/[\r\n]+/u, 2);
    if (isJsonObject(line) && !(isWrappedArray(line) && !next?.trim())) return 'jsonl';
    return isWrappedArray(json) ? 'json' : named;
  }
  if (/^\[\s*(\{\s*["}]|\]\s*$)/u.test(json)) return 'json';
  return json.startsWith('[') ? named : null;
}

/** Whether this begins like an object that holds a list of objects, as in {"data": [{…}]}. */
function isWrappedArray(json: string): boolean {
  return /^\{\s*"[^[{]*\[\s*\{/u.test(json);
}

function isJsonObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** What quotation marks are. */
type Quotes = Pick<FileReading, 'plainQuotes' | 'spacedQuotes'>;

/** Text taken apart by one delimiter. */
interface Table {
  readonly delimiter: Delimiter;
  readonly rows: number;
  readonly columns: number;
  readonly quotes: Quotes;
  /** Rows of the file that stand above it. */
  readonly rowsAbove: number;
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
  const quotes = quotesIn(text, delimiter, whole);
  const { rows: all, numbers, broken } = delimitedFields(text, { delimiter, ...quotes }, whole);
  const titles = titleRows(all);
  const rows = all.slice(titles);
  const [first = []] = rows;
  const even = rows.filter((row) => row.length === first.length);
  return {
    delimiter,
    rows: rows.length,
    columns: first.length,
    quotes,
    rowsAbove: titles > 0 ? (numbers[titles] as number) - 1 : 0,
    even: broken ? 0 : even.length / Math.max(1, rows.length),
    known: first.filter((cell) => roleNamed(cell) !== null).length,
    categories: first.some((_, i) => lookOf(even.map((row) => row[i] ?? '')).categories),
  };
}

function quotesIn(text: string, delimiter: Delimiter, whole: boolean): Quotes {
  if (!text.includes('"')) return {};
  const enclosing = delimitedFields(text, { delimiter }, whole);
  if (hasPlainQuotes(text, delimiter, whole, enclosing)) return { plainQuotes: true };
  return hasSpacedQuotes(text, delimiter, whole, enclosing) ? { spacedQuotes: true } : {};
}

/**
 * Whether spaces stand before quotation marks that enclose cells, as in `"Fine, really", "good"`: with the spaces passed over every row has the same number of cells,
 * without that some have not, or most of them have a cell between marks.
 */
function hasSpacedQuotes(text: string, delimiter: Delimiter, whole: boolean, enclosing: Fields): boolean {
  if (!text.includes(`${delimiter} "`) && !text.includes(`${delimiter}  `)) return false;
  const passed = delimitedFields(text, { delimiter, spacedQuotes: true }, whole);
  const body = passed.rows.slice(titleRows(passed.rows));
  const width = body[0]?.length ?? 0;
  if (passed.broken || width < 2 || body.some(({ length }) => length !== width)) return false;
  const marked = enclosing.rows.filter((row) => row.some((cell) => /^".*"$/su.test(cell))).length;
  return enclosing.broken || enclosing.rows.slice(enclosing.rows.length - body.length).some(({ length }) => length !== width) || 2 * marked >= enclosing.rows.length;
}

/**
 * Whether quotation marks are part of the texts. Only spreadsheets enclose cells of tab-separated text in them; where a text begins with one by chance, the lines up to the
 * next one would be swallowed, or nothing could be read, though every line by itself has the same number of cells.
 */
function hasPlainQuotes(text: string, delimiter: Delimiter, whole: boolean, enclosing: Fields): boolean {
  if (delimiter !== '\t') return false;
  const { rows } = delimitedFields(text, { delimiter, plainQuotes: true }, whole);
  const width = rows[0]?.length ?? 0;
  if (width < 2 || rows.some(({ length }) => length !== width)) return false;
  return enclosing.broken || enclosing.rows.length < rows.length;
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
