import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { OLD_BRANCH, OLD_RUN, STOOD, VERSION_2, writeVersion2 } from '../support/database-version-2.ts';
import { withProfile } from '../support/killable-browser.ts';
import { madeUpReviews, type HeldoutPage, type TestFile } from '../support/page.ts';
import { allStored, beforeWorkers, storedIn } from '../support/stored.ts';

const PATIENCE_MS = 60_000;
const shop = madeUpReviews('shop.csv');
const attic = { name: 'attic.csv', content: madeUpReviews('').content.replaceAll('is', 'was') };
/** A file of the site that opens no database. */
const BESIDE = 'datasets/names/README.txt';

/** A write: the store, and words of the value as JSON. */
type Write = readonly [store: string, words: string];

/** Before the workers' scripts: a transaction that is asked for one of these writes tells of it, and is kept open for ever once it has written. Whatever else it writes it goes on to write. */
function heldOpen(writes: readonly Write[]): string {
  return `
{
  const channel = new BroadcastChannel('mid-write');
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...args) {
    const request = put.apply(this, args);
    const value = JSON.stringify(args[0]);
    if (!${JSON.stringify(writes)}.some(([store, words]) => store === this.name && value.includes(words))) return request;
    channel.postMessage('asked for ' + this.name);
    const hold = () => { this.get('').onsuccess = hold; };
    request.addEventListener('success', () => { hold(); channel.postMessage('holding ' + this.name); });
    return request;
  };
}`;
}

/** Listens from now on, in any tab. @returns what waits for news, such as “holding runs” */
async function listen(page: Page): Promise<(news: string) => Promise<void>> {
  const heard = await page.evaluateHandle(() => {
    const news: string[] = [];
    new BroadcastChannel('mid-write').onmessage = ({ data }: MessageEvent<string>) => news.push(data);
    return news;
  });
  return async (news) => expect.poll(() => heard.jsonValue(), { timeout: PATIENCE_MS, interval: 50 }).toContain(news);
}

/** Prepares a page that tells what goes wrong in it, and of which some writes are held open. */
function watched(problems: string[], ...writes: Write[]): (page: Page) => Promise<void> {
  return async (page) => {
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('dialog', (dialog) => void dialog.accept());
    await beforeWorkers(page, heldOpen(writes));
  };
}

/** Names of the stores that are not as they were. */
function changed(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((store) => before[store] !== after[store]);
}

/** Gives an example another text in the editor, and leaves the editor. */
async function edit(heldout: HeldoutPage, row: number, text: string): Promise<void> {
  const { keyboard } = heldout.page;
  await heldout.button('Edit examples').click();
  const cell = heldout.page.locator(`[data-row="${row}"] [data-column="1"]`);
  await cell.dblclick();
  await cell.getByRole('textbox').fill(text);
  await keyboard.press('Enter');
  await cell.filter({ hasText: text }).waitFor();
  await keyboard.press('Escape');
}

async function own({ dataset }: HeldoutPage): Promise<string[]> {
  return (await dataset.getByRole('option').allInnerTexts()).map((words) => words.trim()).filter((words) => /^(attic|shop|toy)/u.test(words));
}

async function savedProject(heldout: HeldoutPage): Promise<TestFile> {
  const { page } = heldout;
  await page.getByText('Keep and share').click();
  const [download] = await Promise.all([page.waitForEvent('download'), heldout.button('Save project file').click()]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

test('a browser killed while an edit, a setting, an import or a project is being written has what was there before, to the letter, and nothing of that; it can be done again', async () => {
  await withProfile(async (start) => {
    const problems: string[] = [];
    let browser = await start();
    let heldout = await browser.visit(watched(problems, ['drafts', 'Second.'], ['settings', '"seed":4321']));
    /** Does what writes to `store`, kills the browser in mid-write, and starts the page again, which is then to hold `next`. */
    const killedIn = async (store: string, act: (news: (words: string) => Promise<void>) => Promise<unknown>, ...next: Write[]): Promise<void> => {
      const before = await allStored(heldout.page);
      const news = await listen(heldout.page);
      await act(news);
      await news(`holding ${store}`);
      await browser.kill();
      browser = await start();
      heldout = await browser.visit(watched(problems, ...next));
      expect(changed(before, await allStored(heldout.page)), `killed in ${store}`).toEqual([]);
      expect(await heldout.alerts.count()).toBe(0);
    };
    const reseeded = (): Promise<void> => heldout.enter(heldout.seed, '4321');
    await heldout.import(shop);
    await heldout.trainTo(20);
    const curve = await heldout.curve();
    await edit(heldout, 0, 'First.');
    await heldout.dataColumn.getByText('1 edit not saved as a data set yet.').waitFor();
    await expect.poll(() => storedIn(heldout.page, 'drafts')).toHaveLength(1);

    const editAndReseed = async (news: (words: string) => Promise<void>): Promise<void> => {
      await edit(heldout, 1, 'Second.');
      await news('holding drafts');
      await reseeded();
      await news('asked for settings'); // written at the same time, it would cost the whole database: src/storage/database.ts
      await storedIn(heldout.page, 'runs'); // nor is it, given time
    };
    await killedIn('drafts', editAndReseed, ['settings', '"seed":4321']);
    expect([await heldout.optionOf(heldout.dataset), await heldout.step(), await heldout.seed.inputValue()]).toEqual(['shop (120)', 20, '1']);
    expect(await heldout.curve()).toEqual(curve);
    await heldout.dataColumn.getByText('1 edit not saved as a data set yet.').waitFor();
    await edit(heldout, 1, 'Second.');
    await expect.poll(async () => JSON.stringify(await storedIn(heldout.page, 'drafts'))).toMatch(/First\..*Second\./u);

    await killedIn('settings', reseeded, ['datasets', '"attic"']);
    expect(await heldout.seed.inputValue()).toBe('1');
    await reseeded();
    await expect.poll(() => storedIn(heldout.page, 'settings')).toMatchObject([{ seed: 4321 }]);
    await heldout.trainToEnd();
    const newer = await heldout.curve();
    const project = await savedProject(heldout);

    await killedIn('datasets', () => heldout.startImport(attic), ['datasets', '"shop"']);
    expect(await own(heldout)).toEqual(['shop (120)']);
    await heldout.import(attic);
    await heldout.dataset.selectOption({ label: 'shop (120)' });
    await heldout.selected(heldout.dataset, 'shop');
    await heldout.button('Delete this dataset').click();
    await expect.poll(() => own(heldout), { timeout: PATIENCE_MS }).toEqual(['attic (120)']);
    await heldout.ready();
    await heldout.trainToEnd();
    await heldout.curve();
    await expect.poll(() => storedIn(heldout.page, 'runs')).toHaveLength(1);

    await killedIn('datasets', () => heldout.choose(project));
    expect(await own(heldout)).toEqual(['attic (120)']);
    await heldout.choose(project);
    await heldout.page.getByText('“shop” is open. 2 runs were added.').waitFor();
    expect(await heldout.curve()).toEqual(newer);
    expect(await own(heldout)).toEqual(['shop (120)', 'attic (120)']);
    expect(problems).toEqual([]);
  });
});

test('a browser killed while an older page’s database is being upgraded has that database as it was, and upgrades it at the next start', async () => {
  await withProfile(async (start) => {
    const problems: string[] = [];
    const browser = await start();
    const beside = await browser.open(BESIDE);
    await beside.evaluate(writeVersion2, { name: 'heldout', ...VERSION_2 });
    const before = await allStored(beside);
    const news = await listen(beside);
    await browser.open('', watched(problems, ['runs', '"version":3']));
    await news('holding runs');
    await browser.kill();

    const restarted = await start();
    expect(changed(before, await allStored(await restarted.open(BESIDE)))).toEqual([]);
    const heldout = await restarted.visit(watched(problems));
    expect(await own(heldout)).toEqual(['toy (60)']);
    expect(await heldout.alerts.count()).toBe(0);
    const after = await allStored(heldout.page);
    expect([before['version'], after['version']]).toEqual([2, 3]);
    expect(changed(before, after).sort()).toEqual(['drafts', 'runs', 'settings', 'version']);
    const runs = await storedIn<{ id: string; record: { version: number }; heads: { curve: Float64Array }[] }>(heldout.page, 'runs');
    expect(runs.map(({ id, record }) => [id, record.version])).toEqual([[OLD_RUN, 3], [OLD_BRANCH.id, 3]]);
    for (const { id, heads } of runs) expect(heads.map(({ curve }) => curve), id).toEqual(STOOD[id]);
    expect(problems).toEqual([]);
  });
});
