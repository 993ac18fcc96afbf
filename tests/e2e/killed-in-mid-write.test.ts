import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright';
import { expect, test } from 'vitest';
import type { TableEntry } from '../../src/core/domain-table.ts';
import { openTable, startTable } from '../support/all-domains.ts';
import { OLD_BRANCH, OLD_RUN, STOOD, VERSION_2, writeVersion2 } from '../support/database-version-2.ts';
import { withProfile } from '../support/killable-browser.ts';
import { editText } from '../support/edit-text.ts';
import { KilledPage, changed, listen, watched, type News, type Write } from '../support/mid-write.ts';
import { madeUpReviews, type HeldoutPage, type TestFile } from '../support/page.ts';
import { allStored, storedIn } from '../support/stored.ts';

const PATIENCE_MS = 60_000;
const shop = madeUpReviews('shop.csv');
const attic = { name: 'attic.csv', content: madeUpReviews('').content.replaceAll('is', 'was') };
/** A file of the site that opens no database. */
const BESIDE = 'datasets/names/README.txt';

const RESEEDED: Write = ['settings', '"seed":4321'];
/** The fourth look: beside the evaluations before step 0, and after 10 and 20. */
const LOOK: Write = ['looks', '"evaluations":4'];
const REVEAL: Write = ['seals', ''];
/** Of the cells of two objectives that are written at once, the second. */
const CELL: Write = ['domainTables', '"kind":"cell","cell":{"heldOut":"books","seed":1,"method":"ermMixup"'];

async function own({ dataset }: HeldoutPage): Promise<string[]> {
  return (await dataset.getByRole('option').allInnerTexts()).map((words) => words.trim()).filter((words) => /^(attic|shop|toy)/u.test(words));
}

/** Scores the watched half by label, and waits for what comes of it. */
async function lookByLabel({ page }: HeldoutPage, come: () => Promise<unknown>): Promise<void> {
  await page.locator('summary', { hasText: 'By group' }).click();
  await page.getByRole('combobox', { name: 'Rows' }).selectOption('Held-out, the watched half');
  await page.getByRole('button', { name: 'Score', exact: true }).click();
  await come();
}

async function savedProject(heldout: HeldoutPage): Promise<TestFile> {
  const { page } = heldout;
  await page.getByText('Keep and share').click();
  const [download] = await Promise.all([page.waitForEvent('download'), heldout.button('Save project file').click()]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

test('a browser killed while an edit, a setting, an import or a project is being written has what was there before, to the letter, and nothing of that; it can be done again', async () => {
  await KilledPage.use([['drafts', 'Second.'], RESEEDED], async (killed) => {
    let { heldout } = killed;
    const reseeded = (): Promise<void> => heldout.enter(heldout.seed, '4321');
    await heldout.import(shop);
    await heldout.trainTo(20);
    const curve = await heldout.curve();
    await editText(heldout, 0, 'First.');
    await heldout.dataColumn.getByText('1 edit not saved as a data set yet.').waitFor();
    await expect.poll(() => storedIn(heldout.page, 'drafts')).toHaveLength(1);

    const editAndReseed = async (news: News): Promise<void> => {
      await editText(heldout, 1, 'Second.');
      await news('holding drafts');
      await reseeded();
      await news('asked for settings'); // written at the same time, it would cost the whole database: src/storage/database.ts
      await storedIn(heldout.page, 'runs'); // nor is it, given time
    };
    heldout = await killed.killedIn('drafts', editAndReseed, [RESEEDED]);
    expect([await heldout.optionOf(heldout.dataset), await heldout.step(), await heldout.seed.inputValue()]).toEqual(['shop (120)', 20, '1']);
    expect(await heldout.curve()).toEqual(curve);
    await heldout.dataColumn.getByText('1 edit not saved as a data set yet.').waitFor();
    await editText(heldout, 1, 'Second.');
    await expect.poll(async () => JSON.stringify(await storedIn(heldout.page, 'drafts'))).toMatch(/First\..*Second\./u);

    heldout = await killed.killedIn('settings', reseeded, [['datasets', '"attic"']]);
    expect(await heldout.seed.inputValue()).toBe('1');
    await reseeded();
    await expect.poll(() => storedIn(heldout.page, 'settings')).toMatchObject([{ seed: 4321 }]);
    await heldout.trainToEnd();
    const newer = await heldout.curve();
    const project = await savedProject(heldout);

    heldout = await killed.killedIn('datasets', () => heldout.startImport(attic), [['datasets', '"shop"']]);
    expect(await own(heldout)).toEqual(['shop (120)']);
    await heldout.import(attic);
    await heldout.dataset.selectOption({ label: 'shop (120)' });
    await heldout.selected(heldout.dataset, 'shop');
    await heldout.button('Delete this data set').click();
    await expect.poll(() => own(heldout), { timeout: PATIENCE_MS }).toEqual(['attic (120)']);
    await heldout.ready();
    await heldout.trainToEnd();
    await heldout.curve();
    await expect.poll(() => storedIn(heldout.page, 'runs')).toHaveLength(1);

    heldout = await killed.killedIn('datasets', () => heldout.choose(project));
    expect(await own(heldout)).toEqual(['attic (120)']);
    await heldout.choose(project);
    await heldout.page.getByText('“shop” is open. 2 runs were added.').waitFor();
    expect(await heldout.curve()).toEqual(newer);
    expect(await own(heldout)).toEqual(['shop (120)', 'attic (120)']);
  });
});

test('a browser killed while a remedy or edited examples are being written has neither half a data set nor lost an edit; both can be done again', async () => {
  const unreadable = { name: shop.name, content: `${shop.content}这部电影非常好看这部电影非常好看,positive,shoes\n` };
  await KilledPage.use([['datasets', 'without 1 unreadable text']], async (killed) => {
    let { heldout } = killed;
    await heldout.import(unreadable);
    await heldout.trainTo(20);
    const curve = await heldout.curve();
    const drop = async (): Promise<void> => {
      await heldout.dataColumn.getByText(/^Check the data/u).click();
      const remedy = heldout.button('Drop the unreadable text');
      if (!(await remedy.isVisible())) await heldout.button('Check now').or(heldout.button('Check again')).click();
      await remedy.click();
    };
    heldout = await killed.killedIn('datasets', drop, [['datasets', '"shop, without 1 unreadable text, edited"']]);
    expect(await own(heldout)).toEqual(['shop (121)']);
    expect(await heldout.curve()).toEqual(curve);
    await drop();
    await heldout.selected(heldout.dataset, 'shop, without 1 unreadable text \\(120\\)');
    await heldout.ready();
    await heldout.trainTo(10); // a run that is not begun has another id at each visit
    await expect.poll(() => storedIn(heldout.page, 'runs')).toHaveLength(2);

    await editText(heldout, 0, 'An edit.');
    await expect.poll(async () => JSON.stringify(await storedIn(heldout.page, 'drafts'))).toContain('An edit.');
    const use = async (): Promise<void> => {
      await heldout.button('Edit examples').click();
      await heldout.button('Use these examples').click();
    };
    heldout = await killed.killedIn('datasets', use);
    expect(await own(heldout)).toEqual(['shop, without 1 unreadable text (120)', 'shop (121)']);
    await heldout.dataColumn.getByText('1 edit not saved as a data set yet.').waitFor();
    await use();
    await heldout.selected(heldout.dataset, 'shop, without 1 unreadable text, edited \\(120\\)');
    await expect.poll(() => storedIn(heldout.page, 'drafts')).toEqual([]);
  });
});

test('a browser killed while a look, a reveal or cells of the table of all domains are being written has none of them, and has shown nothing that it does not keep; it can be done again', async () => {
  await KilledPage.use([LOOK], async (killed) => {
    let { heldout } = killed;
    await heldout.import(shop);
    await heldout.trainTo(20);
    await heldout.setSteps(40);
    await heldout.button('Step').click();
    await heldout.shows(/step 21 of/u);

    const scores = (): Locator => heldout.page.getByRole('table', { name: 'Held-out by label, after 21 steps' });
    const lookHeld = (news: News): Promise<void> =>
      lookByLabel(heldout, async () => {
        await news('holding looks');
        expect(await scores().count()).toBe(0);
      });
    heldout = await killed.killedIn('looks', lookHeld, [REVEAL]);
    expect(await heldout.step()).toBe(21);
    await lookByLabel(heldout, () => scores().waitFor());
    await heldout.page.getByText('Looks at the watched half: 4 evaluations in 1 run.').waitFor();
    await heldout.trainToEnd();

    const sealed = (): Locator => heldout.page.getByRole('region', { name: 'The sealed half' });
    const reveal = (): Promise<void> => sealed().getByRole('button', { name: 'Reveal the sealed score' }).click();
    const revealHeld = async (news: News): Promise<void> => {
      await reveal();
      await news('holding seals');
      expect(await sealed().innerText()).not.toMatch(/%/u);
    };
    heldout = await killed.killedIn('seals', revealHeld, [CELL]);
    await reveal();
    await sealed().getByText('It has been revealed once, in this run.').waitFor();


    const table = async (): Promise<void> => startTable(await openTable(heldout));
    heldout = await killed.killedIn('domainTables', table, [CELL], ['domainTables', 'looks', 'seals']); // two pairs of domains were finished before
    const pairs = await storedIn<TableEntry>(heldout.page, 'domainTables');
    expect(pairs.map(({ kind }) => kind).sort()).toEqual(['pair', 'pair', 'pair', 'pair', 'table']);
    heldout = await killed.killedIn('domainTables', table, [], ['looks', 'seals']);
    const panel = await openTable(heldout);
    await panel.getByText('64 trainings to do, 32 done').waitFor();
    await startTable(panel);
    await panel.getByText('All 96 trainings are done.').waitFor();
    expect(await storedIn<TableEntry>(heldout.page, 'domainTables')).toHaveLength(1 + 6 + 6);
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
