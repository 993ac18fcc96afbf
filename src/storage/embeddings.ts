import { together, type Database, type Transaction } from './database.ts';
import type { EmbeddingBlock } from './schema.ts';

/**
 * Vectors a block at most. In Chromium on two cores, storing and reading 20,000 vectors of 512 took 7.1 + 3.4 s with a record a
 * vector, 1.1 + 2.0 s in blocks of 30, 0.4 + 0.6 s in blocks of 120, 0.7 + 0.7 s in blocks of 500.
 */
export const BLOCK_VECTORS = 128;

/** Where a vector is: its block's number, and its row in the block. */
interface Location {
  readonly block: number;
  readonly row: number;
}

type Stores<Mode extends IDBTransactionMode> = Transaction<['embeddingKeys', 'embeddingBlocks'], Mode>;

/**
 * Embeddings by content key (`embeddingKey`). Blocks are only ever added, or all deleted. Which block holds which key is remembered
 * in memory and brought up to date in each transaction, so that what another tab or worker adds is found.
 */
export class EmbeddingStore {
  private readonly locations = new Map<string, Location>();
  private readonly blocks = new Set<number>();
  private lastBlock = 0;

  constructor(private readonly database: Database) {}

  /** @returns for each key its vector, each a copy of its own, or undefined. @throws HeldoutError see `Database.transact`. */
  async getEmbeddings(keys: readonly string[]): Promise<(Float32Array<ArrayBuffer> | undefined)[]> {
    return this.database.transact(['embeddingKeys', 'embeddingBlocks'], 'readonly', async (tx) => {
      await this.catchUp(tx);
      const found = keys.map((key) => this.locations.get(key));
      const blocks = await readBlocks(tx, new Set(found.flatMap((location) => (location ? [location.block] : []))));
      return keys.map((key, i) => {
        const location = found[i];
        const block = location && blocks.get(location.block);
        if (!location || block?.keys[location.row] !== key) {
          if (location) this.forget(); // The database was deleted and made again since.
          return undefined;
        }
        return new Float32Array(block.values, location.row * block.width * 4, block.width).slice();
      });
    });
  }

  /**
   * Stores the vectors whose keys are not there yet, all or none.
   * @param vectors float32 [keys, width].
   * @throws RangeError when `vectors` is not one row a key; HeldoutError see `Database.transact`.
   */
  async putEmbeddings(keys: readonly string[], vectors: Float32Array): Promise<void> {
    if (keys.length === 0) return;
    const width = vectors.length / keys.length;
    if (!Number.isInteger(width) || width === 0) throw new RangeError(`${vectors.length} values are not one row for each of ${keys.length} keys.`);
    await this.database.transact(['embeddingKeys', 'embeddingBlocks'], 'readwrite', async (tx) => {
      await this.catchUp(tx);
      const fresh = [...new Map(keys.map((key, row) => [key, row]))].filter(([key]) => !this.locations.has(key));
      let block = this.lastBlock;
      const requests: (() => Promise<unknown>)[] = [];
      for (let from = 0; from < fresh.length; from += BLOCK_VECTORS) {
        const part = fresh.slice(from, from + BLOCK_VECTORS);
        const values = new Float32Array(part.length * width);
        part.forEach(([, row], i) => {
          values.set(vectors.subarray(row * width, (row + 1) * width), i * width);
        });
        const blockKeys = part.map(([key]) => key);
        const number = ++block; // Nobody else can take it: a readwrite transaction has the stores to itself.
        requests.push(
          () => tx.objectStore('embeddingKeys').put(blockKeys, number),
          () => tx.objectStore('embeddingBlocks').put({ width, keys: blockKeys, values: values.buffer }, number),
        );
      }
      await together(requests);
    });
  }

  async countEmbeddings(): Promise<number> {
    return this.database.transact(['embeddingKeys', 'embeddingBlocks'], 'readonly', async (tx) => {
      await this.catchUp(tx);
      return this.locations.size;
    });
  }

  /** How many there are, and about how many bytes they and their keys take. */
  async measureEmbeddings(): Promise<{ readonly count: number; readonly bytes: number }> {
    return this.database.transact(['embeddingKeys', 'embeddingBlocks'], 'readonly', async (tx) => {
      await this.catchUp(tx);
      const block = (await tx.objectStore('embeddingBlocks').openCursor())?.value; // all are of one encoder, and so of one width
      const each = block ? 4 * block.width + 2 * (block.keys[0]?.length ?? 0) : 0;
      return { count: this.locations.size, bytes: this.locations.size * each };
    });
  }

  /** Deletes all; they can be computed again. */
  async clearEmbeddings(): Promise<void> {
    await this.database.transact(['embeddingKeys', 'embeddingBlocks'], 'readwrite', (tx) =>
      together([() => tx.objectStore('embeddingKeys').clear(), () => tx.objectStore('embeddingBlocks').clear()]),
    );
    this.forget();
  }

  /** Reads the keys of blocks added since the last time; all, when blocks have gone. */
  private async catchUp(tx: Stores<'readonly'> | Stores<'readwrite'>): Promise<void> {
    const store = tx.objectStore('embeddingKeys') as KeyStore;
    await this.readKeys(store);
    if ((await store.count()) === this.blocks.size) return;
    this.forget();
    await this.readKeys(store);
  }

  private async readKeys(store: KeyStore): Promise<void> {
    const added = IDBKeyRange.lowerBound(this.lastBlock, true);
    const [numbers, lists] = await Promise.all([store.getAllKeys(added), store.getAll(added)]);
    numbers.forEach((block, i) => {
      lists[i]?.forEach((key, row) => this.locations.set(key, { block, row }));
      this.blocks.add(block);
      this.lastBlock = Math.max(this.lastBlock, block);
    });
  }

  private forget(): void {
    this.locations.clear();
    this.blocks.clear();
    this.lastBlock = 0;
  }
}

/** What readonly and readwrite transactions' stores have in common here. */
interface KeyStore {
  count(): Promise<number>;
  getAll(range: IDBKeyRange): Promise<(readonly string[])[]>;
  getAllKeys(range: IDBKeyRange): Promise<number[]>;
}

async function readBlocks(tx: Stores<'readonly'>, wanted: ReadonlySet<number>): Promise<Map<number, EmbeddingBlock>> {
  const store = tx.objectStore('embeddingBlocks');
  const blocks = new Map<number, EmbeddingBlock>();
  await Promise.all(
    ranges([...wanted].sort((a, b) => a - b)).map(async ([from, to]) => {
      const range = IDBKeyRange.bound(from, to);
      const [numbers, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
      numbers.forEach((number, i) => blocks.set(number, values[i] as EmbeddingBlock));
    }),
  );
  return blocks;
}

/** Sorted numbers → ranges of neighbours, small gaps bridged: reading a few blocks too many is cheaper than another request. */
function ranges(sorted: readonly number[]): [number, number][] {
  const result: [number, number][] = [];
  for (const value of sorted) {
    const last = result.at(-1);
    if (last && value - last[1] <= 4) last[1] = value;
    else result.push([value, value]);
  }
  return result;
}
