import { JSONParser } from '@streamparser/json';
import { DataError } from './errors.ts';
import { MAX_RECORD_LENGTH, asJsonObject, type JsonObject, type RecordReader, type Take } from './records.ts';

/** The objects of one JSON array, which may be a value of an object, as in {"data": […]}; the first one is row 1. */
export class JsonArrayRecords implements RecordReader<JsonObject> {
  private parser: JSONParser | null = null;
  private isWrapped = false;
  /** Under which the array stands in an object; null where none has been met. */
  private list: string | null = null;
  private rowsDone = 0;
  /** Characters since the last complete row. */
  private pending = 0;
  private take: Take<JsonObject> = () => {};
  /** What was thrown by `take`, which the parser would take for an error of its own. */
  private thrown: { readonly error: unknown } | null = null;

  constructor(private readonly file: string) {}

  get nextRow(): number {
    return this.rowsDone + 1;
  }

  /** @throws DataError when the file has not one array of objects */
  push(text: string, last: boolean, take: Take<JsonObject>): void {
    const json = this.parser ? text : text.trimStart();
    if (json !== '') this.parser ??= this.begin(json);
    this.take = take;
    this.pending += json.length;
    let problem = '';
    try {
      this.parser?.write(json);
    } catch {
      problem = 'is not valid JSON';
    }
    if (this.thrown) throw this.thrown.error;
    if (problem === '' && last && this.parser && !this.parser.isEnded) problem = 'breaks off';
    if (problem !== '') throw this.error(`${this.file} ${problem} in row ${this.nextRow}.`);
    if (last && this.rowsDone === 0 && this.isWrapped) throw this.error(`${this.file} is an object without a list of objects.`);
    if (this.pending > MAX_RECORD_LENGTH + text.length) throw this.error(`Row ${this.nextRow} of ${this.file} does not end.`);
  }

  private begin(json: string): JSONParser {
    const isWrapped = (this.isWrapped = json.startsWith('{'));
    if (!isWrapped && !json.startsWith('[')) throw this.error(`${this.file} is not one JSON array.`);
    const parser = new JSONParser({ paths: [isWrapped ? '$.*.*' : '$.*'], keepStack: false });
    parser.onValue = ({ value, key, stack }) => {
      if (this.thrown || (isWrapped && !(typeof key === 'number' && isObject(value)))) return;
      try {
        if (isWrapped) this.keepTo(String(stack.at(-1)?.key));
        this.take(this.nextRow, asJsonObject(value, this.file, this.nextRow));
      } catch (error) {
        this.thrown = { error };
      }
      this.rowsDone++;
      this.pending = 0;
    };
    return parser;
  }

  /** @throws DataError at the second list of objects: which one is meant is not known */
  private keepTo(list: string): void {
    this.list ??= list;
    if (this.list !== list) throw this.error(`${this.file} has two lists of objects, “${this.list}” and “${list}”.`);
  }

  private error(message: string): DataError {
    return new DataError('bad-file', message, 'The file must be one array of objects, [{"text": "…", "label": "…"}, …], or an object that holds one. Or choose another format.', { file: this.file, row: this.nextRow });
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
