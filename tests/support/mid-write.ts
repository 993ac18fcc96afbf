import type { Page } from 'playwright';
import { expect } from 'vitest';
import { withProfile, type KillableBrowser } from './killable-browser.ts';
import type { HeldoutPage } from './page.ts';
import { allStored, beforeWorkers } from './stored.ts';

const PATIENCE_MS = 60_000;

/** A write: the store, and words of the value and its key as JSON. */
export type Write = readonly [store: string, words: string];

/** Waits for news of the writes, such as “holding runs”. */
export type News = (words: string) => Promise<void>;

/** Before the workers' scripts: a transaction that is asked for one of these writes tells of it, and is kept open for ever once it has written. Whatever else it writes it goes on to write. */
function heldOpen(writes: readonly Write[]): string {
  return `
{
  const channel = new BroadcastChannel('mid-write');
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...args) {
    const request = put.apply(this, args);
    const written = JSON.stringify(args);
    if (!${JSON.stringify(writes)}.some(([store, words]) => store === this.name && written.includes(words))) return request;
    channel.postMessage('asked for ' + this.name);
    const hold = () => { this.get('').onsuccess = hold; };
    request.addEventListener('success', () => { hold(); channel.postMessage('holding ' + this.name); });
    return request;
  };
}`;
}

/** Listens from now on, in any tab. */
export async function listen(page: Page): Promise<News> {
  const heard = await page.evaluateHandle(() => {
    const news: string[] = [];
    new BroadcastChannel('mid-write').onmessage = ({ data }: MessageEvent<string>) => news.push(data);
    return news;
  });
  return async (words) => expect.poll(() => heard.jsonValue(), { timeout: PATIENCE_MS, interval: 50 }).toContain(words);
}

/** Prepares a page that tells what goes wrong in it, and of which some writes are held open. */
export function watched(problems: string[], ...writes: Write[]): (page: Page) => Promise<void> {
  return async (page) => {
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('dialog', (dialog) => void dialog.accept());
    await beforeWorkers(page, heldOpen(writes));
  };
}

/** Names of the stores that are not as they were. */
export function changed(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((store) => before[store] !== after[store]);
}

/** A page in a browser that is killed in mid-write and started again, over and over. */
export class KilledPage {
  private constructor(
    private readonly start: () => Promise<KillableBrowser>,
    private browser: KillableBrowser,
    /** The page as it is now. */
    public heldout: HeldoutPage,
    private readonly problems: string[],
  ) {}

  /** Calls `use` with a page on an empty profile. Fails on whatever goes wrong in any of the visits. @param writes held open in the first one */
  static async use(writes: readonly Write[], use: (killed: KilledPage) => Promise<void>): Promise<void> {
    await withProfile(async (start) => {
      const problems: string[] = [];
      const browser = await start();
      await use(new KilledPage(start, browser, await browser.visit(watched(problems, ...writes)), problems));
      expect(problems).toEqual([]);
    });
  }

  /**
   * Does what writes to `store`, kills the browser in mid-write, and starts the page again. All that was stored is then there to the letter, and nothing of the write.
   * @param next writes that the page started again is to hold. @param confirmed stores that what is done has written before
   */
  async killedIn(store: string, act: (news: News) => Promise<unknown>, next: readonly Write[] = [], confirmed: readonly string[] = []): Promise<HeldoutPage> {
    const before = await allStored(this.heldout.page);
    const news = await listen(this.heldout.page);
    await act(news);
    await news(`holding ${store}`);
    await this.browser.kill();
    this.browser = await this.start();
    this.heldout = await this.browser.visit(watched(this.problems, ...next));
    expect(changed(before, await allStored(this.heldout.page)).sort(), `killed in ${store}`).toEqual([...confirmed].sort());
    expect(await this.heldout.alerts.count()).toBe(0);
    return this.heldout;
  }
}
