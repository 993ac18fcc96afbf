/** In the scope of every writing transaction (`src/storage/database.ts`), so that they go one at a time. */
const IN_EVERY_SCOPE = 'settings';

/**
 * For comparison only: from now on each writing transaction of this thread gets just the stores that it works on, so that those to different stores need not wait for each
 * other. Never for data that anyone wants to keep: Chromium may lose the whole database when it is killed meanwhile.
 * @throws Error, at a writing transaction, when there is no such store in its scope: there would be nothing to compare with
 */
export function writeInOwnScopes(): void {
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const scope = typeof stores === 'string' ? [stores] : [...stores];
    if (mode !== 'readwrite') return begin.call(this, scope, mode, options);
    if (!scope.includes(IN_EVERY_SCOPE)) throw new Error(`A writing transaction has no ${IN_EVERY_SCOPE} in its scope: are writes still put in a queue?`);
    return begin.call(this, scope.filter((store) => store !== IN_EVERY_SCOPE), mode, options);
  };
}
