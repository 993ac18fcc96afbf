import type { Page } from 'playwright';
import { expect, inject, test } from 'vitest';
import { withProfile } from '../support/killable-browser.ts';
import { madeUpReviews, useSite, type HeldoutPage, type TestFile } from '../support/page.ts';
import { beforeWorkers, storedIn } from '../support/stored.ts';

const site = useSite();
const BUNDLED_SETS = 5;
const NO_ROOM = 'The browser has no room left to save this.';

interface StoredRow {
  readonly id: string;
  readonly datasetId: string;
  readonly heads: readonly { readonly curve: Float64Array }[];
}

/** Short sentences, none of them twice, in three domains. */
function sentences(name: string, count: number): TestFile {
  const things = ['kettle', 'ladder', 'mirror', 'garden', 'window', 'basket', 'candle', 'pillow'];
  const rows = Array.from({ length: count }, (_, i) => `Number ${i} is a ${i % 2 ? 'dreadful' : 'lovely'} ${things[i % 8]}.,${i % 2 ? 'bad' : 'good'},${['web', 'mail', 'shop'][i % 3]}`);
  return { name, content: `text,label,domain\n${rows.join('\n')}\n` };
}

async function embedded({ page }: HeldoutPage): Promise<number> {
  return (await storedIn<readonly string[]>(page, 'embeddingKeys')).reduce((sum, keys) => sum + keys.length, 0);
}

async function dataSets({ dataset }: HeldoutPage): Promise<string[]> {
  return (await dataset.getByRole('option').allInnerTexts()).map((words) => words.trim());
}

/** How many sentences the import has to embed, as its progress says. */
async function toEmbed({ page }: HeldoutPage): Promise<number> {
  const words = await page.getByText(/of [\d,]+ sentences embedded/u).first().innerText();
  return Number(/of ([\d,]+) sentences/u.exec(words)?.[1]?.replaceAll(',', ''));
}

test('a page closed, and a browser killed, in mid-import leave no half data set, and no embedding has to be made twice', async () => {
  const ROWS = 500;
  const file = sentences('big.csv', ROWS);
  await withProfile(async (start) => {
    const browser = await start();
    const closed = await browser.visit();
    await closed.startImport(file);
    await expect.poll(() => embedded(closed), { timeout: 60_000, interval: 50 }).toBeGreaterThan(0);
    const first = await embedded(closed);
    await closed.page.close();

    const killed = await browser.visit();
    expect(await dataSets(killed)).toHaveLength(BUNDLED_SETS);
    expect(await embedded(killed)).toBeGreaterThanOrEqual(first);
    await killed.startImport(file);
    expect(await toEmbed(killed)).toBeLessThanOrEqual(ROWS - first);
    await browser.kill();

    const after = await (await start()).visit();
    expect(await dataSets(after)).toHaveLength(BUNDLED_SETS);
    expect(await embedded(after)).toBeGreaterThanOrEqual(first);
    await after.import(file);
    expect(await embedded(after)).toBe(ROWS);
    expect(await dataSets(after)).toContain(`big (${ROWS})`);
  });
});

/** Lets the site use so many bytes, and no more. */
function allowBytes(quotaSize: number): (page: Page) => Promise<void> {
  return async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(inject('siteUrl')).origin, quotaSize });
  };
}

/** Uses up all the room that the browser still allows, in a database of its own. */
async function fill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const opening = indexedDB.open('filler', 1);
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      opening.onupgradeneeded = () => opening.result.createObjectStore('bytes', { autoIncrement: true });
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const fits = (bytes: Uint8Array): Promise<boolean> =>
      new Promise((resolve) => {
        const transaction = database.transaction('bytes', 'readwrite');
        transaction.objectStore('bytes').put(bytes);
        transaction.oncomplete = () => resolve(true);
        transaction.onabort = () => resolve(false);
      });
    for (let size = 65_536; size >= 1024; size /= 2) while (await fits(crypto.getRandomValues(new Uint8Array(size))));
    database.close();
  });
}

/** Tells of each checkpoint that is committed, and keeps the third one's transaction open for ever, once all of it is written. */
const HELD_OPEN = `
{
  const channel = new BroadcastChannel('mid-write');
  const put = IDBObjectStore.prototype.put;
  let checkpoints = 0;
  IDBObjectStore.prototype.put = function (...args) {
    const request = put.apply(this, args);
    if (this.name !== 'checkpoints') return request;
    const { step } = args[0][0];
    if (++checkpoints < 3) {
      this.transaction.addEventListener('complete', () => channel.postMessage({ committed: step }));
      return request;
    }
    const hold = () => { this.get('').onsuccess = hold; };
    request.addEventListener('success', () => { hold(); channel.postMessage({ written: step }); });
    return request;
  };
}`;

test('a browser killed in mid-write of a run keeps its last confirmed checkpoint, whole, and goes on from there', async () => {
  await withProfile(async (start) => {
    const browser = await start();
    const killed = await browser.visit((page) => beforeWorkers(page, HELD_OPEN));
    await killed.setSteps(20_000);
    const midWrite = killed.page.evaluate(
      () =>
        new Promise<{ committed: number; written: number }>((resolve) => {
          let committed = 0;
          new BroadcastChannel('mid-write').onmessage = ({ data }: MessageEvent<{ committed?: number; written?: number }>) => {
            committed = data.committed ?? committed;
            if (data.written !== undefined) resolve({ committed, written: data.written });
          };
        }),
    );
    await killed.button('Train').click();
    const { committed, written } = await midWrite;
    expect(written).toBeGreaterThan(committed);
    expect(committed).toBeGreaterThan(0);
    await browser.kill();

    const after = await (await start()).visit();
    const checkpoints = (await storedIn<readonly { step: number }[]>(after.page, 'checkpoints')).flat();
    expect(checkpoints.map(({ step }) => step)).toEqual([committed]);
    expect(await after.step()).toBe(committed);
    expect(await after.curve()).toHaveLength(1 + Math.floor(committed / 10));
  });
});

test('a full disk in mid-import and in training is told in words; what was saved stays, and once there is room all is saved again', async () => {
  const heldout = await site.visit({ prepare: allowBytes(50_000_000) });
  await heldout.import(madeUpReviews('shop.csv'));
  await heldout.trainTo(20);
  const [shopRun] = await storedIn<StoredRow>(heldout.page, 'runs');
  await fill(heldout.page);

  await heldout.import(sentences('attic.csv', 150));
  await heldout.alerts.filter({ hasText: NO_ROOM }).first().waitFor();
  expect(await dataSets(heldout)).toEqual(expect.arrayContaining(['attic (150)', 'shop (120)']));
  while ((await heldout.alerts.count()) > 0) await heldout.button('Dismiss this message').first().click();
  await heldout.trainTo(20);
  expect(await heldout.curve()).toHaveLength(3);
  await heldout.alerts.filter({ hasText: NO_ROOM }).first().waitFor();
  expect((await storedIn<{ name: string }>(heldout.page, 'datasets')).map(({ name }) => name)).toEqual(['shop']);
  expect(await storedIn<StoredRow>(heldout.page, 'runs')).toEqual([shopRun]);

  await allowBytes(500_000_000)(heldout.page); // as when somebody frees the disk
  await heldout.page.getByText('Storage on this device').click();
  const free = heldout.page.getByRole('button', { name: /Delete: text encoder$/u });
  await free.click();
  await free.click();
  await heldout.page.getByText('None of its files are kept.').waitFor();
  await heldout.setSteps(40);
  await heldout.trainToEnd();
  await expect.poll(async () => (await storedIn<StoredRow>(heldout.page, 'runs')).length).toBe(2);
  const curve = await heldout.curve();
  await site.reload(heldout);
  expect(await heldout.optionOf(heldout.dataset)).toBe('attic (150)');
  expect(await heldout.curve()).toEqual(curve);
  expect(await dataSets(heldout)).toContain('shop (120)');
});

test('two tabs that import and train at the same time both keep their data sets and runs', async () => {
  const tabs = [await site.visit(), await site.visit()];
  const files = [madeUpReviews('shop.csv'), sentences('attic.csv', 90)];
  await Promise.all(tabs.map((tab, i) => tab.import(files[i] as TestFile)));
  await Promise.all(tabs.map((tab) => tab.trainTo(30)));
  const curves = await Promise.all(tabs.map((tab) => tab.curve()));
  expect(curves.map((curve) => curve.length)).toEqual([4, 4]);
  const [tab] = tabs as [HeldoutPage];
  for (const other of tabs) await other.page.goto('about:blank');

  await tab.page.goBack();
  await tab.ready();
  expect(await dataSets(tab)).toEqual(expect.arrayContaining(['shop (120)', 'attic (90)']));
  expect(await wholeRuns(tab.page)).toEqual(new Set(await ids(tab.page)));
  await tab.page.getByText('Keep and share').click();
  await tab.page.getByText('Now: 1 run').waitFor();
});

async function ids(page: Page): Promise<string[]> {
  return (await storedIn<{ id: string }>(page, 'datasets')).map(({ id }) => id);
}

/** Data sets with a run whose curve and checkpoint both stand at step 30. */
async function wholeRuns(page: Page): Promise<Set<string>> {
  const steps = (await storedIn<readonly { step: number }[]>(page, 'checkpoints')).map(([head]) => head?.step);
  const runs = await storedIn<StoredRow>(page, 'runs');
  expect(steps).toEqual(runs.map(() => 30));
  return new Set(runs.filter(({ heads }) => heads.every(({ curve }) => curve.length === 40)).map(({ datasetId }) => datasetId));
}
