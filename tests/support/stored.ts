import type { Page } from 'playwright';

/** All that a store of the page's database holds, read behind the page's back; nothing when there is no database yet. */
export function storedIn<T>(page: Page, store: string): Promise<T[]> {
  return page.evaluate(
    (name) =>
      new Promise<never[]>((resolve, reject) => {
        const opening = indexedDB.open('heldout');
        opening.onerror = () => reject(opening.error);
        opening.onupgradeneeded = () => {
          opening.transaction?.abort(); // the page has made none: nor does this
          resolve([]);
        };
        opening.onsuccess = () => {
          const reading = opening.result.transaction(name).objectStore(name).getAll();
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result as never[]);
          };
        };
      }),
    store,
  );
}

/** The version of the page's database, and all that its stores hold, as text; but for embeddings, which are stored before what they are of. */
export function allStored(page: Page): Promise<Record<string, string | number>> {
  return page.evaluate(
    () =>
      new Promise<Record<string, string | number>>((resolve, reject) => {
        const opening = indexedDB.open('heldout');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const { objectStoreNames, version } = opening.result;
          const found: Record<string, string | number> = { version };
          const reading = opening.result.transaction([...objectStoreNames]);
          for (const name of [...objectStoreNames].filter((each) => !each.startsWith('embedding'))) {
            const store = reading.objectStore(name);
            const [keys, values] = [store.getAllKeys(), store.getAll()];
            values.onsuccess = () => (found[name] = JSON.stringify([keys.result, values.result]));
          }
          reading.onabort = () => reject(reading.error);
          reading.oncomplete = () => {
            opening.result.close();
            resolve(found);
          };
        };
      }),
  );
}

/** Serves the workers' scripts with `prelude` before them. */
export async function beforeWorkers(page: Page, prelude: string): Promise<void> {
  await page.route(/\/assets\/(encoder|trainer)-[^/]+\.js$/u, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${prelude}\n${await response.text()}` });
  });
}
