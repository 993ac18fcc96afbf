import { parseCsv, type Imported } from '../../src/data/parse-csv.ts';

/** A CSV file read as the page reads one, but for the preview. */
export function parsedByHeldout(file: File): Promise<Imported> {
  return parseCsv({ name: file.name, content: file });
}
