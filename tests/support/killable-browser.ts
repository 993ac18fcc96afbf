import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { inject } from 'vitest';
import { CHROMIUM_ARGS, chromiumPath } from '../../.ci/chromium.mjs';
import { HeldoutPage } from './page.ts';

const PATIENCE_MS = 60_000;

/** A browser that can be killed as a crash would, and what it leaves in its profile. */
export class KillableBrowser {
  private constructor(
    private readonly connection: Awaited<ReturnType<typeof chromium.connectOverCDP>>,
    /** Kills the browser at once: no page or worker is told. Resolves when it is gone. */
    readonly kill: () => Promise<void>,
  ) {}

  /** @param profile folder that outlives the browser */
  static async start(profile: string): Promise<KillableBrowser> {
    const browser = spawn(chromiumPath() ?? 'chromium', [...CHROMIUM_ARGS, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const gone = new Promise<void>((resolve) => browser.once('exit', () => resolve()));
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
      browser.kill('SIGKILL');
      await gone;
    });
  }

  /** Opens the page and waits until it can train. */
  async visit(prepare?: (page: HeldoutPage['page']) => Promise<unknown>): Promise<HeldoutPage> {
    const [context] = this.connection.contexts();
    if (!context) throw new Error('The browser has no window.');
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await prepare?.(page);
    await page.goto(inject('siteUrl'));
    const visited = new HeldoutPage(page);
    await visited.ready();
    return visited;
  }
}

/** Calls `use` with an empty profile folder and a way to start browsers on it; none is left afterwards. */
export async function withProfile(use: (start: () => Promise<KillableBrowser>) => Promise<void>): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'heldout-profile-'));
  const started: KillableBrowser[] = [];
  try {
    await use(async () => {
      const browser = await KillableBrowser.start(profile);
      started.push(browser);
      return browser;
    });
  } finally {
    for (const { kill } of started) await kill();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}
