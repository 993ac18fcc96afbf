import { textKey, type Example } from './examples.ts';
import { hashWords } from './hash.ts';

/** Examples as numbers: N rows of T different texts. What splits and shapes them then compares no texts. */
export interface IndexedRows {
  /** The text of each row [N], by number, in order of first appearance; texts of one `textKey` are one. */
  readonly textOf: Uint32Array;
  /** The first row of each text [T]. */
  readonly firstRow: Uint32Array;
  /** `hashWords` of each text's key [T, 2]. */
  readonly words: Uint32Array;
  /** Place of each row's label in `labels` [N]. */
  readonly labelOf: Uint32Array;
  readonly labels: readonly string[];
  /** Place of each row's domain in `domains` [N]. */
  readonly domainOf: Uint32Array;
  readonly domains: readonly string[];
}

const known = new WeakMap<readonly Example[], IndexedRows>();

/** Worked out once for each list of examples, which is not to be changed, and kept as long as it is: 20 bytes a row, at most. */
export function indexedRows(examples: readonly Example[]): IndexedRows {
  const before = known.get(examples);
  if (before) return before;
  const rows = examples.length;
  const textOf = new Uint32Array(rows);
  const firstRow = new Uint32Array(rows);
  const words = new Uint32Array(2 * rows);
  const texts = new Map<string, number>();
  examples.forEach(({ text }, row) => {
    const key = textKey(text);
    let number = texts.get(key);
    if (number === undefined) {
      number = texts.size;
      texts.set(key, number);
      firstRow[number] = row;
      words.set(hashWords(key), 2 * number);
    }
    textOf[row] = number;
  });
  const [labels, domains] = [new Names(), new Names()];
  const index: IndexedRows = {
    textOf,
    firstRow: firstRow.slice(0, texts.size),
    words: words.slice(0, 2 * texts.size),
    labelOf: Uint32Array.from(examples, ({ label }) => labels.numberOf(label)),
    labels: labels.list,
    domainOf: Uint32Array.from(examples, ({ domain }) => domains.numberOf(domain)),
    domains: domains.list,
  };
  known.set(examples, index);
  return index;
}

/** Numbers names in order of first appearance. */
class Names {
  readonly list: string[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}
