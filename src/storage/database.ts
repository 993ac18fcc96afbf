import { openDB, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { blockedByOtherTab, storageError, unavailable } from './storage-errors.ts';
import { SCHEMA_VERSION, migrate, type HeldoutSchema, type StoreName } from './schema.ts';

export const DATABASE_NAME = 'heldout';

/**
 * In the scope of every transaction that writes, so that one writes at a time, over all workers and tabs. Chromium (156) deletes the
 * whole database at the next start when it is killed with two transactions open that have written, be it to different stores. Any store
 * would do; this one is read only when the page starts.
 */
const WRITTEN_IN_TURN: StoreName = 'settings';

type Connection = IDBPDatabase<HeldoutSchema>;
export type Transaction<Names extends StoreName[], Mode extends IDBTransactionMode> = IDBPTransaction<HeldoutSchema, Names, Mode>;

/**
 * The connection to IndexedDB: opened at first use, given up when another tab wants to upgrade or the browser ends it, and opened
 * again at the next use.
 */
export class Database {
  private connection: Promise<Connection> | null = null;

  constructor(private readonly name = DATABASE_NAME) {}

  /**
   * Does `work` in one transaction and waits until it is committed. `work` must await nothing but the transaction's own requests. Of
   * those that write, one is open at a time.
   * @throws HeldoutError 'storage-full' or 'storage-unavailable'; nothing of `work` is then stored.
   */
  async transact<const Names extends StoreName[], Mode extends 'readonly' | 'readwrite', T>(
    stores: Names,
    mode: Mode,
    work: (transaction: Transaction<Names, Mode>) => Promise<T>,
  ): Promise<T> {
    try {
      const transaction = await this.begin(stores, mode);
      const done = transaction.done.then(
        () => undefined,
        (error: unknown) => ({ error: transaction.error ?? error }),
      );
      try {
        const result = await work(transaction);
        const failure = await done;
        if (failure) throw failure.error;
        return result;
      } catch (error) {
        abort(transaction);
        const failure = await done;
        // A request that fails because its transaction was aborted says less than the transaction.
        throw error instanceof DOMException && error.name === 'AbortError' && failure ? failure.error : error;
      }
    } catch (error) {
      throw storageError(error);
    }
  }

  /** Closes the connection; the next use opens it again. */
  async close(): Promise<void> {
    const open = this.connection;
    this.connection = null;
    (await open?.catch(() => null))?.close();
  }

  private async begin<Names extends StoreName[], Mode extends 'readonly' | 'readwrite'>(stores: Names, mode: Mode): Promise<Transaction<Names, Mode>> {
    // Relaxed: a commit need not wait for the disk. A power cut may lose the last seconds, never the database's integrity.
    const options: IDBTransactionOptions = { durability: 'relaxed' };
    const scope = (mode === 'readwrite' ? [...new Set<StoreName>([...stores, WRITTEN_IN_TURN])] : stores) as Names;
    try {
      return (await this.open()).transaction(scope, mode, options);
    } catch (error) {
      // The connection was closed between its opening and now: nothing has been done, so that once more is safe.
      if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error;
      this.connection = null;
      return (await this.open()).transaction(scope, mode, options);
    }
  }

  private open(): Promise<Connection> {
    if (this.connection) return this.connection;
    const forget = (): void => {
      if (this.connection === opening) this.connection = null;
    };
    const opening: Promise<Connection> = openConnection(this.name, forget);
    this.connection = opening;
    opening.catch(forget);
    return opening;
  }
}

function openConnection(name: string, onLost: () => void): Promise<Connection> {
  return new Promise((resolve, reject) => {
    if (typeof indexedDB === 'undefined') {
      reject(unavailable());
      return;
    }
    const opened = openDB<HeldoutSchema>(name, SCHEMA_VERSION, {
      upgrade: async (db, oldVersion, _newVersion, transaction) => {
        // When it fails, nothing of it is kept: opening then fails, which is reported there.
        transaction.done.catch(() => {});
        await migrate(db, oldVersion, transaction).catch(() => abort(transaction));
      },
      blocked: () => {
        reject(blockedByOtherTab());
      },
      blocking: (_current, _blocked, event) => {
        onLost();
        (event.target as IDBDatabase).close();
      },
      terminated: onLost,
    });
    opened.then(resolve, (error: unknown) => {
      const translated = storageError(error);
      reject(translated instanceof Error ? translated : unavailable());
    });
  });
}

/**
 * Starts requests and waits for them all. One that cannot even be started (a value that cannot be cloned) rejects as one that fails
 * later does, so that no other's failure goes unobserved.
 */
export async function together(requests: readonly (() => Promise<unknown>)[]): Promise<void> {
  await Promise.all(requests.map(async (start) => start()));
}

/** Ends a transaction that goes on after its work failed. */
function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It had ended by itself.
  }
}
