import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Locator, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { CHROMIUM_ARGS, chromiumPath } from '../../.ci/chromium.mjs';

/** Longest wait for anything on the page, for slow machines; nothing is ever waited for longer than it takes. */
const PATIENCE_MS = 30_000;

/** A file as the page is given it. */
export interface TestFile {
  readonly name: string;
  readonly content: string | Buffer;
}

/** A CSV file of 120 short sentences: three domains, two labels, 20 of each pair. */
export function madeUpReviews(name: string): { readonly name: string; readonly content: string } {
  const things = { books: ['novel', 'story', 'atlas', 'poem'], shoes: ['boots', 'sandals', 'laces', 'soles'], lamps: ['lamp', 'bulb', 'shade', 'switch'] };
  const words = { positive: ['lovely', 'superb', 'delightful', 'perfect', 'wonderful'], negative: ['awful', 'dreadful', 'useless', 'broken', 'ugly'] };
  const rows = Object.entries(things).flatMap(([domain, nouns]) =>
    Object.entries(words).flatMap(([label, adjectives]) => nouns.flatMap((noun) => adjectives.map((adjective) => `The ${noun} is ${adjective}.,${label},${domain}`))),
  );
  return { name, content: `text,label,domain\n${rows.join('\n')}\n` };
}

/** How a visit differs from the usual one. */
export interface VisitOptions extends BrowserContextOptions {
  /** Of the address, such as `?backend=cpu`. */
  readonly search?: string;
  /** Which of the two copies of the site (tests/e2e/build-and-serve.ts). */
  readonly copy?: 'siteUrl' | 'isolatedUrl';
  /** Called before the address is opened. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** One row of the table “Learning curves”, as it is shown. */
export type CurveRow = readonly string[];

/** The built site in a browser, with fresh storage for each test. Every test fails on console errors, page errors and foreign requests. */
export class Site {
  /** Addresses asked for since the last visit began. */
  requests: string[] = [];
  private browser: Browser | null = null;
  private context: BrowserContext | null = null;
  private problems: string[] = [];
  private allowed: RegExp[] = [];

  /** Opens the page and waits until it can train. Visits of one test share their storage; the first one's options make the context. */
  async visit({ search = '', copy = 'siteUrl', prepare, ...options }: VisitOptions = {}): Promise<HeldoutPage> {
    const address = inject(copy);
    this.context ??= await this.newContext(options, new URL(address).origin);
    const page = await this.context.newPage();
    await prepare?.(page);
    this.requests = [];
    await page.goto(address + search);
    const visited = new HeldoutPage(page);
    await visited.ready();
    return visited;
  }

  /** Reloads, and waits until the page can train or has finished. */
  async reload({ page }: HeldoutPage): Promise<void> {
    this.requests = [];
    await page.reload();
    await new HeldoutPage(page).ready();
  }

  /** Says that a console message is part of the test. */
  allow(message: RegExp): void {
    this.allowed.push(message);
  }

  /** Requests for files of the text encoder since the last visit or reload. */
  encoderRequests(): string[] {
    return this.requests.filter((address) => address.includes('/models/'));
  }

  async start(): Promise<void> {
    this.browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
  }

  async stop(): Promise<void> {
    await this.browser?.close();
  }

  /** Ends the test's visits. */
  async leave(): Promise<void> {
    await this.context?.close();
    const unexpected = this.problems.filter((problem) => !this.allowed.some((pattern) => pattern.test(problem)));
    this.context = null;
    this.problems = [];
    this.allowed = [];
    expect(unexpected).toEqual([]);
  }

  private async newContext(options: BrowserContextOptions, origin: string): Promise<BrowserContext> {
    if (!this.browser) throw new Error('Call useSite() at the top of the test file.');
    const context = await this.browser.newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    context.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.problems.push(`page error: ${error.error().message}`));
    context.on('request', (request) => {
      const { origin: asked, protocol } = new URL(request.url());
      this.requests.push(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && asked !== origin) this.problems.push(`request to another host: ${request.url()}`);
    });
    return context;
  }
}

/** One browser for the test file, and the checks that hold for every test. */
export function useSite(): Site {
  const site = new Site();
  beforeAll(() => site.start());
  afterAll(() => site.stop());
  afterEach(() => site.leave());
  return site;
}

/** The page as a user finds it: by roles and names. */
export class HeldoutPage {
  readonly status: Locator;
  readonly dataset: Locator;
  readonly heldOut: Locator;
  readonly head: Locator;
  readonly seed: Locator;
  readonly seeds: Locator;
  readonly steps: Locator;
  readonly importInput: Locator;
  readonly importDialog: Locator;
  readonly sentence: Locator;
  readonly table: Locator;
  readonly changes: Locator;
  readonly alerts: Locator;
  readonly dataColumn: Locator;
  readonly probabilities: Locator;

  constructor(readonly page: Page) {
    this.status = page.getByRole('status').filter({ hasText: /Starting|step/u }); // an <output> beside a slider has the role too
    this.dataset = page.getByRole('combobox', { name: 'Data set' });
    this.heldOut = page.getByRole('combobox', { name: 'Held-out domain' });
    this.head = page.getByRole('combobox', { name: 'Head', exact: true });
    this.seed = page.getByRole('spinbutton', { name: 'Seed', exact: true });
    this.seeds = page.getByRole('spinbutton', { name: 'Seeds', exact: true });
    this.steps = page.getByRole('spinbutton', { name: 'Steps', exact: true });
    this.importInput = page.getByLabel('Import examples');
    this.importDialog = page.getByRole('dialog', { name: /^Import /u });
    this.sentence = page.getByRole('textbox', { name: 'Try a sentence' });
    this.table = page.getByRole('table', { name: 'Learning curves' });
    this.changes = page.getByRole('list', { name: 'Changes of this run' }).getByRole('listitem');
    this.alerts = page.getByRole('alert');
    this.dataColumn = page.getByRole('region', { name: 'Data', exact: true });
    this.probabilities = page.getByRole('list', { name: 'Class probabilities' });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  switch(name: string): Locator {
    return this.page.getByRole('switch', { name, exact: true });
  }

  slider(name: string): Locator {
    return this.page.getByRole('slider', { name, exact: true });
  }

  /** Waits until there is a run that can be trained, or is trained to its end. */
  async ready(): Promise<void> {
    await this.shows(/step [\d,]+ of [1-9]/u);
    await this.page.waitForFunction(() => [...document.querySelectorAll('button')].some((button) => !button.disabled && /^(Train|Reset)/u.test(button.textContent.trim())));
  }

  /** Waits for the status to say something. */
  async shows(words: RegExp): Promise<void> {
    await this.status.filter({ hasText: words }).waitFor();
  }

  /** Steps done, as the status says. */
  async step(): Promise<number> {
    const [, step = 'NaN'] = /step ([\d,]+) of/u.exec(await this.status.innerText()) ?? [];
    return Number(step.replaceAll(',', ''));
  }

  /** Waits until so many steps are done. */
  async reaches(step: number): Promise<void> {
    await expect.poll(() => this.step(), { timeout: PATIENCE_MS, interval: 20 }).toBeGreaterThanOrEqual(step);
  }

  /** Types a number into a field and leaves it with Enter. */
  async enter(field: Locator, value: string): Promise<void> {
    await field.fill(value);
    await field.press('Enter');
  }

  /** Sets the run's length and waits until it is in force. */
  async setSteps(steps: number): Promise<void> {
    await this.enter(this.steps, String(steps));
    await this.shows(new RegExp(`of ${steps.toLocaleString('en')}(,|$)`, 'u'));
  }

  /** Trains to the end of the run, as fast as possible: the pace changes no result. */
  async trainToEnd(): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Speed' }).selectOption({ label: 'As fast as possible' });
    await this.button('Train').click();
    await this.shows(/, finished$/u);
  }

  /** Trains to `steps`. */
  async trainTo(steps: number): Promise<void> {
    await this.setSteps(steps);
    await this.trainToEnd();
  }

  /** Rows of the table of the curves, which is shown if it was not. */
  async curve(): Promise<CurveRow[]> {
    const toggle = this.button('Show as table');
    if ((await toggle.getAttribute('aria-pressed')) !== 'true') await toggle.click();
    return this.table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent.trim())));
  }

  /** Gives files to the page, which looks at them. */
  async choose(...files: readonly TestFile[]): Promise<void> {
    await this.importInput.setInputFiles(files.map(({ name, content }) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) })));
  }

  /** Chooses files and waits for their preview. */
  async preview(...files: readonly TestFile[]): Promise<void> {
    await this.choose(...files);
    await this.importDialog.waitFor();
  }

  /** Chooses files and has them imported as the page proposes; does not wait for the end of it. */
  async startImport(...files: readonly TestFile[]): Promise<void> {
    await this.preview(...files);
    await this.page.keyboard.press('Enter');
    await this.importDialog.waitFor({ state: 'detached' });
  }

  /** Imports what is in the preview, and waits until it is the current data set. */
  async importPreviewed(): Promise<void> {
    const name = await this.importDialog.getByLabel('Name of the data set').inputValue();
    await this.button('Import').click();
    await this.importDialog.waitFor({ state: 'detached' });
    await this.selected(this.dataset, name);
    await this.ready();
  }

  /** Imports files as the page proposes, and waits until they are the current data set. */
  async import(...files: readonly TestFile[]): Promise<void> {
    await this.preview(...files);
    await this.importPreviewed();
  }

  /** Waits until the chosen option of a list starts with `label`. */
  async selected(list: Locator, label: string): Promise<void> {
    await expect.poll(() => this.optionOf(list), { timeout: PATIENCE_MS, interval: 20 }).toMatch(new RegExp(`^${label}`, 'u'));
  }

  /** Text of the chosen option. */
  async optionOf(list: Locator): Promise<string> {
    return list.evaluate((select) => (select as HTMLSelectElement).selectedOptions[0]?.textContent.trim() ?? '');
  }

  /** The shares in “Class probabilities”, in the order of the labels' names; null when none are shown. */
  async shares(): Promise<number[] | null> {
    const items = await this.probabilities.getByRole('listitem').allInnerTexts();
    if (items.length === 0) return null;
    return items.sort().map((item) => Number(/([\d.]+) %/u.exec(item)?.[1] ?? NaN));
  }

  /** Waits for probabilities that are not `before`. */
  async newShares(before: readonly number[] | null = null): Promise<number[]> {
    await expect.poll(async () => JSON.stringify(await this.shares()), { timeout: PATIENCE_MS, interval: 20 }).not.toBe(JSON.stringify(before));
    return (await this.shares()) ?? [];
  }
}
