import { JSONParser } from '@streamparser/json';
import { DataError } from './errors.ts';
import { MAX_RECORD_LENGTH, asJsonObject, type JsonObject, type RecordReader, type Take } from './records.ts';

/** The objects of one JSON array; the first one is row 1. */
export class JsonArrayRecords implements RecordReader<JsonObject> {
  private readonly parser = new JSONParser({ paths: ['$.*'], keepStack: false });
  private rowsDone = 0;
  /** Characters since the last complete row. */
  private pending = 0;
  private begun = false;
  private take: Take<JsonObject> = () => {};
  /** What was thrown by `take`, which the parser would take for an error of its own. */
  private thrown: { readonly error: unknown } | null = null;

  constructor(private readonly file: string) {
    this.parser.onValue = ({ value }) => {
      if (this.thrown) return;
      try {
        this.take(this.nextRow, asJsonObject(value, this.file, this.nextRow));
      } catch (error) {
        this.thrown = { error };
      }
      this.rowsDone++;
      this.pending = 0;
    };
  }

  get nextRow(): number {
    return this.rowsDone + 1;
  }

  /** @throws DataError when the file is not one array of objects */
  push(text: string, last: boolean, take: Take<JsonObject>): void {
    const json = this.begun ? text : text.trimStart();
    if (!this.begun && json !== '') {
      if (!json.startsWith('[')) throw this.error(`${this.file} is not one JSON array.`);
      this.begun = true;
    }
    this.take = take;
    this.pending += json.length;
    let problem = '';
    try {
      this.parser.write(json);
    } catch {
      problem = 'is not valid JSON';
    }
    if (this.thrown) throw this.thrown.error;
    if (problem === '' && last && this.begun && !this.parser.isEnded) problem = 'breaks off';
    if (problem !== '') throw this.error(`${this.file} ${problem} in row ${this.nextRow}.`);
    if (this.pending > MAX_RECORD_LENGTH + text.length) throw this.error(`Row ${this.nextRow} of ${this.file} does not end.`);
  }

  private error(message: string): DataError {
    return new DataError('bad-file', message, 'The file must be one array of objects: [{"text": "…", "label": "…"}, …]. Or choose another format.', { file: this.file, row: this.nextRow });
  }
}
