import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright';
import { inject } from 'vitest';
import { CHROMIUM_ARGS, chromiumPath } from '../../.ci/chromium.mjs';
import { HeldoutPage } from './page.ts';

const PATIENCE_MS = 60_000;

/** A browser that can be killed as a crash would, and what it leaves in its profile. */
export class KillableBrowser {
  private constructor(
    private readonly connection: Awaited<ReturnType<typeof chromium.connectOverCDP>>,
    /** Kills the browser and every process of it at once: no page or worker is told. Resolves when all are gone, so that none writes to the profile any more. */
    readonly kill: () => Promise<void>,
  ) {}

  /** @param profile folder that outlives the browser. @param args of the browser, such as `--incognito` for a first window that is private */
  static async start(profile: string, args: readonly string[] = []): Promise<KillableBrowser> {
    const browser = spawn(chromiumPath() ?? 'chromium', [...CHROMIUM_ARGS, ...args, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    const kill = (): void => killGroup(browser.pid);
    process.once('exit', kill); // where a test is stopped in the midst, too
    // 'close' comes when the last process that holds the pipe is gone; 'exit' tells of the first one only, and storage has a process of its own.
    const gone = new Promise<void>((resolve) => browser.once('close', () => resolve()));
    const address = await new Promise<string>((resolve, reject) => {
      let told = '';
      browser.stderr.on('data', (piece: Buffer) => {
        told += piece.toString();
        const [, found] = /DevTools listening on (ws:\S+)/u.exec(told) ?? [];
        if (found) resolve(found);
      });
      browser.once('exit', () => reject(new Error(`The browser did not start: ${told}`)));
    });
    return new KillableBrowser(await chromium.connectOverCDP(address), async () => {
      kill();
      await gone;
      process.off('exit', kill);
    });
  }

  /** Opens the page and waits until it can train. */
  async visit(prepare?: (page: HeldoutPage['page']) => Promise<unknown>): Promise<HeldoutPage> {
    const visited = new HeldoutPage(await this.open('', prepare));
    await visited.ready();
    return visited;
  }

  /** Opens an address of the site in an ordinary window, and waits for nothing more. @param path after the site's own address, with no slash before it */
  async open(path: string, prepare?: (page: HeldoutPage['page']) => Promise<unknown>): Promise<HeldoutPage['page']> {
    const page = await this.windows().newPage();
    await prepare?.(page);
    await page.goto(inject('siteUrl') + path);
    return page;
  }

  /** The one that the browser started with, which is private if it was asked for; whatever else is opened here is not, but by that window itself. */
  firstWindow(): HeldoutPage['page'] {
    const [page] = this.windows().pages();
    if (!page) throw new Error('The first window is closed.');
    return page;
  }

  private windows(): BrowserContext {
    const [context] = this.connection.contexts();
    if (!context) throw new Error('The browser has no window.');
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  }
}

/** Kills a detached process with all that it started; one that is gone already is left in peace. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Calls `use` with a way to start browsers on a profile folder that is empty at first, and that folder; none is left afterwards. */
export async function withProfile(use: (start: (...args: string[]) => Promise<KillableBrowser>, profile: string) => Promise<void>): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'heldout-profile-'));
  const started: KillableBrowser[] = [];
  try {
    await use(async (...args) => {
      const browser = await KillableBrowser.start(profile, args);
      started.push(browser);
      return browser;
    }, profile);
  } finally {
    for (const { kill } of started) await kill();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}
