import { DataError } from './errors.ts';
import { MAX_RECORD_LENGTH, asJsonObject, type JsonObject, type RecordReader, type Take } from './records.ts';

/** The lines of a text, whatever their ends; blank ones are counted and left out. */
export class LineRecords implements RecordReader<string> {
  private tail = '';
  private rowsDone = 0;

  constructor(private readonly file: string) {}

  get nextRow(): number {
    return this.rowsDone + 1;
  }

  push(text: string, last: boolean, take: Take<string>): void {
    const input = this.tail + text;
    // A carriage return at the end may be half of a line end.
    const end = !last && input.endsWith('\r') ? input.length - 1 : input.length;
    const lines = input.slice(0, end).split(/\r\n|\r|\n/u);
    this.tail = last ? '' : (lines.pop() as string) + input.slice(end);
    for (const line of lines) {
      this.rowsDone++;
      if (line.trim() !== '') take(this.rowsDone, line);
    }
    if (this.tail.length > MAX_RECORD_LENGTH) {
      const row = this.nextRow;
      throw new DataError('bad-file', `Row ${row} of ${this.file} is longer than ${MAX_RECORD_LENGTH.toLocaleString('en')} characters.`, 'Check that the file has one example a line.', { file: this.file, row });
    }
  }
}

/** One JSON object a line. */
export class JsonLineRecords implements RecordReader<JsonObject> {
  private readonly lines: LineRecords;

  constructor(private readonly file: string) {
    this.lines = new LineRecords(file);
  }

  get nextRow(): number {
    return this.lines.nextRow;
  }

  /** @throws DataError on a line that is not one JSON object */
  push(text: string, last: boolean, take: Take<JsonObject>): void {
    this.lines.push(text, last, (row, line) => take(row, asJsonObject(this.parsed(line, row), this.file, row)));
  }

  private parsed(line: string, row: number): unknown {
    try {
      return JSON.parse(line);
    } catch {
      throw new DataError('bad-file', `Row ${row} of ${this.file} is not valid JSON.`, 'Each line must be one JSON object, such as {"text": "…", "label": "…"}. Or choose another format.', { file: this.file, row });
    }
  }
}
