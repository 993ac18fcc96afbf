import type { Dataset, Example } from '../core/examples.ts';
import { breathe } from '../core/breathe.ts';

/**
 * A data set as it crosses threads: a few long strings and typed arrays instead of an object a row, which would keep the page's thread
 * for a second at 100,000 rows.
 */
export interface PackedDataset extends Omit<Dataset, 'examples'> {
  readonly rows: number;
  /** Texts of CHUNK_ROWS rows each, one after another. */
  readonly texts: readonly string[];
  /** Length of each row's text in UTF-16 units [rows]. */
  readonly lengths: Uint32Array;
  /** Place of each row's label in `labels`, likewise domain and group [rows]; no groups: empty. */
  readonly labelOf: Uint32Array;
  readonly domainOf: Uint32Array;
  readonly groupOf: Uint32Array;
}

/** Rows packed or unpacked at a time: a few milliseconds before the code is compiled, less than one after. */
export const CHUNK_ROWS = 512;

/** Gives the event loop a turn between chunks. @throws RangeError when a row's label, domain or group is not listed */
export async function packDataset({ examples, ...dataset }: Dataset): Promise<PackedDataset> {
  const rows = examples.length;
  const texts: string[] = [];
  const lengths = new Uint32Array(rows);
  const columns = [
    { name: 'label', places: placesOf(dataset.labels), of: new Uint32Array(rows) },
    { name: 'domain', places: placesOf(dataset.domains), of: new Uint32Array(rows) },
    { name: 'group', places: placesOf(dataset.groups), of: new Uint32Array(dataset.groups.length > 0 ? rows : 0) },
  ] as const;
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    if (from > 0) await breathe();
    const chunk = examples.slice(from, from + CHUNK_ROWS);
    texts.push(chunk.map(({ text }) => text).join(''));
    chunk.forEach((example, i) => {
      lengths[from + i] = example.text.length;
      for (const { name, places, of } of columns) {
        if (of.length === 0) continue;
        const place = places.get(example[name] ?? '');
        if (place === undefined) throw new RangeError(`The ${name} of row ${from + i} is not listed.`);
        of[from + i] = place;
      }
    });
  }
  const [labelOf, domainOf, groupOf] = columns.map(({ of }) => of) as [Uint32Array, Uint32Array, Uint32Array];
  return { ...dataset, rows, texts, lengths, labelOf, domainOf, groupOf };
}

/** Gives the event loop a turn between chunks. */
export async function unpackDataset({ rows, texts, lengths, labelOf, domainOf, groupOf, ...dataset }: PackedDataset): Promise<Dataset> {
  const examples: Example[] = [];
  for (const [chunk, joined] of texts.entries()) {
    if (chunk > 0) await breathe();
    let at = 0;
    for (let row = chunk * CHUNK_ROWS; row < Math.min(rows, (chunk + 1) * CHUNK_ROWS); row++) {
      const text = joined.slice(at, (at += lengths[row] as number));
      const [label, domain] = [dataset.labels[labelOf[row] as number] as string, dataset.domains[domainOf[row] as number] as string];
      examples.push(groupOf.length > 0 ? { text, label, domain, group: dataset.groups[groupOf[row] as number] as string } : { text, label, domain });
    }
  }
  return { ...dataset, examples };
}

/** What can be handed over instead of copied. */
export function buffersOf({ lengths, labelOf, domainOf, groupOf }: PackedDataset): ArrayBuffer[] {
  return [lengths, labelOf, domainOf, groupOf].map(({ buffer }) => buffer as ArrayBuffer);
}

function placesOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, place) => [name, place]));
}
