import { expect, test } from 'vitest';
import { madeUpReviews, useSite, type HeldoutPage, type TestFile } from '../support/page.ts';

const site = useSite();

/** Data sets that come with the page. */
const BUNDLED = 5;

test('a CSV file chosen by the file input becomes the data set, trains, and is all there after a reload', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  expect(await heldout.optionOf(heldout.dataset)).toBe('shop (120)');
  expect(await heldout.heldOut.locator('option').allInnerTexts()).toEqual(['books', 'shoes', 'lamps']);
  expect(await heldout.page.getByRole('list', { name: 'Import report' }).innerText()).toContain('Imported 120 examples with 2 labels from 3 domains.');

  await heldout.heldOut.selectOption('shoes');
  await heldout.page.getByText('The head never sees “shoes”').waitFor();
  await heldout.switch('Dropout').press('Space');
  await heldout.slider('Learning rate').press('ArrowLeft');
  await heldout.head.selectOption({ label: 'Linear' });
  await heldout.enter(heldout.seed, '7');
  await heldout.trainTo(20);
  await heldout.switch('L2').press('Space');
  await heldout.changes.first().waitFor();
  await heldout.trainTo(40);
  const before = await everything(heldout);
  expect(before.rows).toHaveLength(5);

  await site.reload(heldout);
  expect(await everything(heldout)).toEqual(before);
  expect(site.encoderRequests()).toEqual([]);
  await heldout.trainTo(60); // the run itself is back, not only its picture
  expect((await heldout.curve()).slice(0, 5)).toEqual(before.rows);
});

test('files dropped on the data are previewed and imported', async () => {
  const heldout = await site.visit();
  await drop(heldout, linesOf('positive.txt', 'positive'), linesOf('negative.txt', 'negative'));
  await heldout.importDialog.waitFor();
  await heldout.importPreviewed();
  expect(await heldout.optionOf(heldout.dataset)).toBe('positive and negative (120)');
  await heldout.trainTo(20);
  expect(await heldout.curve()).toHaveLength(3);
});

test('an import shows its progress, and cancelling it leaves the old data set and its run', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const heldout = await site.visit({
    prepare: (page) =>
      page.route('**/models/use-lite/weights-2.bin', async (route) => {
        await held;
        await route.continue().catch(() => {}); // by then it was cancelled
      }),
  });
  await heldout.trainTo(20);
  const before = await everything(heldout);

  await heldout.startImport(madeUpReviews('shop.csv'));
  await heldout.page.getByText(/^Importing shop\.csv: downloading the text encoder, [\d.]+ MB of 28\.4 MB$/u).waitFor();
  await heldout.page.getByRole('progressbar', { name: 'Importing shop.csv' }).waitFor();
  await heldout.button('Cancel').click();
  await heldout.button('Cancel').waitFor({ state: 'detached' });
  expect(await everything(heldout)).toEqual(before);
  expect(await heldout.alerts.count()).toBe(0);
  expect(await heldout.dataset.locator('option').count()).toBe(BUNDLED);
  release?.();

  await heldout.trainTo(30);
  await heldout.import(madeUpReviews('shop.csv'));
});

test('while a file is being imported, the run goes on, and can be paused', async () => {
  const heldout = await site.visit({ prepare: (page) => page.route('**/models/use-lite/weights-2.bin', () => {}) });
  await heldout.setSteps(20_000);
  await heldout.button('Train').click();
  await heldout.startImport(madeUpReviews('shop.csv'));
  await heldout.page.getByRole('progressbar', { name: 'Importing shop.csv' }).waitFor();
  await heldout.reaches((await heldout.step()) + 1);
  expect(await heldout.button('Pause').isEnabled()).toBe(true);
  await heldout.button('Pause').click();
  await heldout.button('Train').waitFor();
});

test('an imported data set can be deleted, with its runs', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  await heldout.trainTo(10);
  heldout.page.once('dialog', (dialog) => void dialog.dismiss());
  await heldout.button('Delete this data set').click();
  expect(await heldout.optionOf(heldout.dataset)).toBe('shop (120)');

  heldout.page.once('dialog', (dialog) => void dialog.accept());
  await heldout.button('Delete this data set').click();
  await heldout.selected(heldout.dataset, 'Reviews');
  await expect.poll(() => heldout.dataset.locator('option').count()).toBe(BUNDLED);
  expect(await heldout.button('Delete this data set').count()).toBe(0);

  await site.reload(heldout);
  expect(await heldout.dataset.locator('option').allInnerTexts()).toEqual(['Reviews (1,434)', 'Support (480)', 'Spam (480)', 'Shortcut (640)', 'Names (1,152)']);
  await heldout.trainTo(10);
});

test('one can go back and forth between data sets without embedding again', async () => {
  const heldout = await site.visit();
  await heldout.import(madeUpReviews('shop.csv'));
  await site.reload(heldout);
  await heldout.dataset.selectOption({ label: 'Reviews (1,434)' });
  await heldout.selected(heldout.dataset, 'Reviews');
  await heldout.ready();
  await heldout.dataset.selectOption({ label: 'shop (120)' });
  await heldout.selected(heldout.dataset, 'shop');
  await heldout.ready();
  await heldout.trainTo(10);
  expect(site.encoderRequests()).toEqual([]);
});

test('without a domain column a sample is held out, and the page says what that cannot show', async () => {
  const { name, content } = madeUpReviews('plain.csv');
  const heldout = await site.visit();
  await heldout.import({ name, content: content.split('\n').map((line) => line.replace(/,[^,]*$/u, '')).join('\n') });
  expect(await heldout.optionOf(heldout.heldOut)).toBe('Held-out sample');
  await heldout.page.getByText('it cannot show domain generalization').waitFor();
  await heldout.trainTo(20);
  await heldout.page.getByText('Validation to held-out sample (same domain)').waitFor();
});

test('a row without a domain is not what is held out at first; held out, the page says that it tells nothing, and the report outlives a reload', async () => {
  const { name, content } = madeUpReviews('gaps.csv');
  const heldout = await site.visit();
  await heldout.import({ name, content: `${content}Nobody knows where this nice one is from.,positive,\n,positive,books\n` });
  expect(await heldout.optionOf(heldout.heldOut)).toBe('lamps');
  expect(await heldout.dataColumn.getByText('to watch: too few').count()).toBe(0);
  await heldout.heldOut.selectOption('(no domain)');
  await heldout.dataColumn.getByText('Only 1 row to watch: too few to tell anything. Choose another domain, or add examples to this one.').waitFor();

  const report = heldout.page.getByRole('list', { name: 'Import report' }).getByRole('listitem');
  const before = await report.allInnerTexts();
  expect(before).toContain('1 row was left out for having no text (row 123).');
  await site.reload(heldout);
  expect(await report.allInnerTexts()).toEqual(before);
});

test('a label that only the held-out domain has is counted and left out', async () => {
  const { name, content } = madeUpReviews('extra.csv');
  const neutral = Array.from({ length: 6 }, (_, i) => `Lamp number ${i} is a lamp.,neutral,lamps`);
  const heldout = await site.visit();
  await heldout.import({ name, content: [content.trimEnd(), ...neutral].join('\n') });
  await heldout.heldOut.selectOption('lamps');
  await heldout.page.getByText('6 held-out examples left out: no training domain has the label.').waitFor();
  await heldout.page.getByText(/“lamps”: 20 examples are watched while it trains, 20 stay sealed/u).waitFor();
  await heldout.trainTo(10);
});

test('a table with a semicolon, Windows-1252 and names of its own is read as it is, and its columns are chosen', async () => {
  const rows = madeUpRows().map(([text, label, domain]) => [text.replace('lovely', 'schön, größer'), label === 'positive' ? 'gut' : 'schlecht', domain].join(';'));
  const heldout = await site.visit();
  await heldout.preview({ name: 'laden.csv', content: Buffer.from(`Satz;Stimmung;Wo\r\n${rows.join('\r\n')}\r\n`, 'latin1') });
  const { importDialog } = heldout;
  expect(await heldout.optionOf(importDialog.getByLabel('Encoding'))).toBe('Windows-1252');
  expect(await heldout.optionOf(importDialog.getByLabel('Delimiter'))).toBe('Semicolon');
  await importDialog.getByRole('cell', { name: 'The novel is schön, größer.' }).waitFor();
  await importDialog.getByLabel('Text').selectOption('“Satz”');
  await importDialog.getByLabel('Label').selectOption('“Stimmung”');
  await importDialog.getByLabel('Domain').selectOption('“Wo”');
  expect(site.encoderRequests()).toEqual([]); // nothing is embedded before it is asked for
  await heldout.importPreviewed();
  expect(await domainsAndLabels(heldout)).toEqual(['Domain gut schlecht All', 'books 20 20 40', 'shoes 20 20 40', 'lamps 20 20 40']);
  await heldout.page.getByText('Look at the examples').click();
  await heldout.page.getByText('The novel is schön, größer.').waitFor();
});

test('two files of one form become two domains by their names', async () => {
  const part = (of: string): TestFile => ({ name: `${of}.csv`, content: ['text,label', ...madeUpRows().flatMap(([text, label, domain]) => (domain === of ? [`${text},${label}`] : []))].join('\n') });
  const heldout = await site.visit();
  await heldout.import(part('books'), part('lamps'));
  expect(await heldout.optionOf(heldout.dataset)).toBe('books and lamps (80)');
  expect(await domainsAndLabels(heldout)).toEqual(['Domain positive negative All', 'books 20 20 40', 'lamps 20 20 40']);
  await heldout.trainTo(10);
});

test('JSON lines are imported', async () => {
  const heldout = await site.visit();
  await heldout.preview({ name: 'shop.jsonl', content: madeUpRows().map(([text, label, domain]) => JSON.stringify({ label, domain, text })).join('\n') });
  expect(await heldout.optionOf(heldout.importDialog.getByLabel('Format'))).toBe('JSON lines');
  expect(await heldout.importDialog.getByLabel('Delimiter').count()).toBe(0);
  await heldout.importPreviewed();
  expect(await domainsAndLabels(heldout)).toEqual(['Domain positive negative All', 'books 20 20 40', 'shoes 20 20 40', 'lamps 20 20 40']);
});

test('pasted lines of label, tab, text are imported; before that they can be changed, and closing loses nothing', async () => {
  const heldout = await site.visit();
  const { page, importDialog } = heldout;
  const field = page.getByRole('textbox', { name: 'Examples' });
  await heldout.button('Paste examples').click();
  await field.fill(madeUpRows().map(([text, label]) => `${label}\t${text}`).join('\n'));
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  expect(await heldout.button('Paste examples').evaluate((button) => button === document.activeElement)).toBe(true);

  await page.keyboard.press('Enter');
  await field.fill(`${await field.inputValue()}\npositive\tOne more.`);
  await heldout.button('Continue').click();
  await importDialog.waitFor();
  expect(await importDialog.getByLabel('Encoding').count()).toBe(0);
  await heldout.button('Change the text').click();
  await field.fill(`${await field.inputValue()}\nnegative\tYet one more.`);
  await heldout.button('Continue').click();
  await importDialog.getByLabel('Name of the data set').fill('Pasted by hand');
  await heldout.importPreviewed();
  expect(await heldout.optionOf(heldout.dataset)).toBe('Pasted by hand (122)');
  await heldout.button('Paste examples').click();
  expect(await field.inputValue()).toBe('');
});

test('other choices in the preview make other data', async () => {
  const lines = madeUpRows().map(([text, label, domain], i) => `${text},${label},${i % 3 ? 'short' : 'long'},${domain}`);
  const file = { name: 'two.csv', content: ['text,label,length,domain', ...lines].join('\n') };
  const heldout = await site.visit();
  const { importDialog } = heldout;
  await heldout.preview(file);
  const header = importDialog.getByRole('columnheader');
  expect(await header.allInnerTexts()).toEqual(['text text', 'label label', 'length', 'domain domain']);
  await importDialog.getByLabel('The first row names the columns').uncheck();
  await expect.poll(() => header.allInnerTexts()).toContain('column 3');
  await importDialog.getByLabel('The first row names the columns').check();
  await expect.poll(() => header.allInnerTexts()).toContain('length');

  await importDialog.getByLabel('Label').selectOption('“text”');
  await importDialog.getByText('Text and label come from the same column.').waitFor();
  expect(await heldout.button('Import').isEnabled()).toBe(false);
  await importDialog.getByLabel('Label').selectOption('“length”');
  await importDialog.getByLabel('Domain').selectOption('None');
  await importDialog.getByLabel('Group').selectOption('“domain”');
  expect(await header.allInnerTexts()).toEqual(['text text', 'label', 'length label', 'domain group']);
  await heldout.importPreviewed();
  expect(await domainsAndLabels(heldout)).toEqual(['Domain long short All', 'All examples 40 80 120']);
});

test('a text that begins with a quotation mark swallows no lines; that the marks enclose cells can be chosen, and the dialog says what comes of it', async () => {
  const heldout = await site.visit();
  const { importDialog } = heldout;
  const rows = madeUpRows().map(([text, label]) => `${label}\t${text}`);
  await heldout.preview({ name: 'notes.txt', content: rows.map((row, i) => (i === 40 ? 'positive\t"Wow" is all that I can say.' : row)).join('\n') });
  const marks = importDialog.getByLabel('Quotation marks stand for themselves');
  expect(await marks.isChecked()).toBe(true);
  await marks.uncheck();
  await importDialog.getByText(/The quotation marks in row 41 of notes\.txt do not match/u).first().waitFor();
  await marks.check();
  await heldout.importPreviewed();
  expect(await heldout.optionOf(heldout.dataset)).toBe('notes (120)');
});

test('a title above the table and spaces before quotation marks are found, told and can be set otherwise', async () => {
  const heldout = await site.visit();
  const { importDialog } = heldout;
  const rows = madeUpRows().map(([text, label, domain]) => `"${text}", "${label}", "${domain}"`);
  await heldout.preview({ name: 'survey.csv', content: ['Survey of 2024', '"text", "label", "domain"', ...rows].join('\n') });
  await importDialog.getByText('1 row above the table of survey.csv is left out: “Survey of 2024”.').waitFor();
  const above = importDialog.getByLabel('Rows above the table');
  expect(await above.inputValue()).toBe('1');
  await above.fill('0');
  await above.press('Tab');
  await importDialog.getByText(/Row 2 of survey\.csv has 3 cells/u).first().waitFor();
  await above.fill('1');
  await above.press('Tab');
  await expect.poll(() => importDialog.getByRole('columnheader').allInnerTexts()).toEqual(['text text', 'label label', 'domain domain']);
  await heldout.importPreviewed();
  expect(await heldout.optionOf(heldout.dataset)).toBe('survey (120)');
  expect((await domainsAndLabels(heldout))[0]).toMatch(/^Domain negative positive All$|^Domain positive negative All$/u);
});

test('more than three files are folded, and their names can be the labels', async () => {
  const heldout = await site.visit();
  const { importDialog } = heldout;
  const few = madeUpRows().map(([text]) => text).slice(0, 40);
  await heldout.preview(...['a', 'b', 'c', 'd'].map((name, i) => ({ name: `${name}.txt`, content: few.slice(10 * i, 10 * i + 10).join('\n') })));
  expect(await heldout.optionOf(importDialog.getByLabel('Label'))).toBe('The file’s name');
  expect(await importDialog.getByRole('table').count()).toBe(0);
  await importDialog.getByText('c.txt: Plain lines, UTF-8, 1 column').click();
  await importDialog.getByRole('table', { name: 'First 8 rows of c.txt' }).waitFor();
  await heldout.importPreviewed();
  expect(await domainsAndLabels(heldout)).toEqual(['Domain a b c d All', 'All examples 10 10 10 10 40']);
});

test('Escape leaves everything as it was', async () => {
  const heldout = await site.visit();
  await heldout.trainTo(10);
  const before = await everything(heldout);
  await heldout.importInput.focus();
  await heldout.preview(madeUpReviews('shop.csv'));
  await heldout.importDialog.getByLabel('Name of the data set').fill('Another');
  await heldout.importDialog.getByLabel('Domain').selectOption('None');
  await heldout.page.keyboard.press('Escape');
  await heldout.importDialog.waitFor({ state: 'detached' });
  expect(await heldout.importInput.evaluate((input) => input === document.activeElement)).toBe(true);
  expect(await everything(heldout)).toEqual(before);
  expect(await heldout.dataset.locator('option').count()).toBe(BUNDLED);
  expect(site.encoderRequests()).toEqual([]);
  await heldout.trainTo(20);
});

test('an import that fails can be taken up again with its choices, and mended there', async () => {
  const { content } = madeUpReviews('');
  const tags = content.trimEnd().split('\n').map((line, i) => (i === 0 ? `${line},tag` : `${line},${i === 90 ? 'x'.repeat(300) : i % 2 ? 'odd' : 'even'}`));
  const heldout = await site.visit();
  const { importDialog } = heldout;
  await heldout.preview({ name: 'tags.csv', content: tags.join('\n') });
  await importDialog.getByLabel('Name of the data set').fill('Tagged');
  await importDialog.getByLabel('Label').selectOption('“tag”');
  await heldout.button('Import').click();
  await heldout.alerts.filter({ hasText: 'row 91, column “tag”, of tags.csv has 300 characters' }).waitFor();

  await heldout.button('Change the import').click();
  await importDialog.getByText('The label in row 91, column “tag”, of tags.csv has 300 characters.').waitFor();
  expect(await importDialog.getByLabel('Name of the data set').inputValue()).toBe('Tagged');
  expect(await heldout.optionOf(importDialog.getByLabel('Label'))).toBe('“tag”');
  await importDialog.getByLabel('Label').selectOption('“label”');
  await heldout.importPreviewed();
  expect(await heldout.optionOf(heldout.dataset)).toBe('Tagged (120)');
  expect(await heldout.alerts.count()).toBe(0);
});

test('a file that cannot be read as its name says is read in another format, chosen in the dialog', async () => {
  const content = madeUpRows().map((row, i) => (i === 0 ? ['[sic] ' + row[0], ...row.slice(1)] : row).join(';')).join('\n');
  const heldout = await site.visit();
  const { importDialog } = heldout;
  await heldout.preview({ name: 'shop.json', content });
  await importDialog.getByText('shop.json is not valid JSON in row 1. The file must be').waitFor();
  await importDialog.getByText('[sic] The novel is lovely.;positive;books').waitFor();
  expect(await importDialog.getByLabel('Text').count()).toBe(0);
  expect(await heldout.button('Import').isEnabled()).toBe(false);
  await importDialog.getByLabel('Format').selectOption('CSV or TSV');
  await importDialog.getByLabel('Delimiter').selectOption('Semicolon');
  await importDialog.getByRole('cell', { name: '[sic] The novel is lovely.' }).waitFor();
  await expect.poll(() => heldout.button('Import').isEnabled()).toBe(true);
  await heldout.importPreviewed();
  expect(await domainsAndLabels(heldout)).toEqual(['Domain positive negative All', 'books 20 20 40', 'shoes 20 20 40', 'lamps 20 20 40']);
});

test('a byte that breaks the encoding is told beside the rows, and another encoding mends it', async () => {
  const [header = '', ...lines] = madeUpReviews('').content.trimEnd().split('\n');
  const bytes = Buffer.concat([Buffer.from(`${header}\nÇa va très bien.,positive,books\nUn caf`), Buffer.from('é', 'latin1'), Buffer.from(`.,negative,books\n${lines.join('\n')}`)]);
  const heldout = await site.visit();
  const { importDialog } = heldout;
  await heldout.preview({ name: 'mixed.csv', content: bytes });
  await importDialog.getByText(/mixed\.csv is not UTF-8 text: byte \d+ of the file \(0xE9, in Windows-1252 “é”\), in row 3, cannot be read\. Type that/u).waitFor();
  expect(await importDialog.getByRole('cell', { name: 'Un caf\uFFFD.' }).count()).toBe(1);
  expect(await heldout.button('Import').isEnabled()).toBe(false);
  await importDialog.getByLabel('Encoding').selectOption('Windows-1252');
  await importDialog.getByRole('cell', { name: 'Un café.' }).waitFor();
  expect(await importDialog.getByText('Problem:').count()).toBe(0);
  await heldout.importPreviewed();
  expect(await heldout.optionOf(heldout.dataset)).toBe('mixed (122)');
});

test('one of several files that cannot be used is told, and left out', async () => {
  const part = (of: string): TestFile => ({ name: `${of}.csv`, content: ['text,label', ...madeUpRows().flatMap(([text, label, domain]) => (domain === of ? [`${text},${label}`] : []))].join('\n') });
  const heldout = await site.visit();
  const { importDialog } = heldout;
  await heldout.preview(part('books'), { name: 'photo.png', content: Buffer.from('\u0089PNG\r\n\u001A\n', 'latin1') }, part('lamps'), part('shoes'));
  await importDialog.getByText('photo.png is an image, not a text file. Type the examples').waitFor(); // though more than three files are folded
  expect(await heldout.button('Import').isEnabled()).toBe(false);
  await importDialog.getByRole('button', { name: 'Leave this file out' }).click();
  await importDialog.getByText('photo.png').first().waitFor({ state: 'detached' });
  expect(await importDialog.getByLabel('Name of the data set').evaluate((field) => field === document.activeElement)).toBe(true);
  await heldout.importPreviewed();
  expect(await domainsAndLabels(heldout)).toEqual(['Domain positive negative All', 'books 20 20 40', 'lamps 20 20 40', 'shoes 20 20 40']);
});

test('labels that differ in case and spaces are one, unless they are told apart; the dialog says what the rows hold', async () => {
  const lines = madeUpRows().map(([text, label, domain], i) => [text, i % 4 === 1 ? `${label[0]?.toUpperCase()}${label.slice(1)} ` : label, domain].join(','));
  const file = { name: 'untidy.csv', content: ['text,label,domain', ...lines].join('\r\n') };
  const heldout = await site.visit();
  const { importDialog } = heldout;
  await heldout.preview(file);
  const looks = importDialog.getByRole('list', { name: 'All 120 rows:' }).getByRole('listitem');
  expect(await looks.allInnerTexts()).toEqual(['Label: “positive” 60, “negative” 60.', '“positive” and “Positive” are taken for one label, “positive”.', '“negative” and “Negative” are taken for one label, “negative”.', 'Domain: “books” 40, “shoes” 40, “lamps” 40.']);
  await importDialog.getByLabel('Names that differ in case or spaces only are one').uncheck();
  await expect.poll(() => looks.nth(0).innerText()).toBe('Label: “positive” 45, “negative” 45, “Positive” 15, “Negative” 15.');
  await importDialog.getByLabel('Names that differ in case or spaces only are one').check();
  await heldout.importPreviewed();
  expect(await domainsAndLabels(heldout)).toEqual(['Domain positive negative All', 'books 20 20 40', 'shoes 20 20 40', 'lamps 20 20 40']);
  expect(await heldout.page.getByRole('list', { name: 'Import report' }).innerText()).toContain('“positive” and “Positive” are taken for one label, “positive”.');
});

/** What a reload must bring back, and a cancelled import leave alone. */
async function everything(heldout: HeldoutPage) {
  const { page } = heldout;
  return {
    dataset: await heldout.optionOf(heldout.dataset),
    heldOut: await heldout.optionOf(heldout.heldOut),
    head: await heldout.optionOf(heldout.head),
    status: await heldout.status.innerText(),
    fields: await page.getByRole('spinbutton').evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value)),
    switches: await page.getByRole('switch').evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).checked)),
    sliders: await page.getByRole('slider').evaluateAll((inputs) => inputs.map((input) => input.getAttribute('aria-valuetext'))),
    changes: await heldout.changes.allInnerTexts(),
    rows: await heldout.curve(),
    looks: await page.getByText(/Looks at the watched half/u).innerText(),
  };
}

async function drop({ page, dataColumn }: HeldoutPage, ...files: readonly TestFile[]): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    (dropped) => {
      const transfer = new DataTransfer();
      for (const { name, text } of dropped) transfer.items.add(new File([text], name, { type: 'text/plain' }));
      return transfer;
    },
    files.map(({ name, content }) => ({ name, text: String(content) })),
  );
  await dataColumn.dispatchEvent('dragover', { dataTransfer });
  await dataColumn.dispatchEvent('drop', { dataTransfer });
}

/** Text, label and domain of each row of madeUpReviews. */
function madeUpRows(): [text: string, label: string, domain: string][] {
  return madeUpReviews('').content.trimEnd().split('\n').slice(1).map((line) => line.split(',') as [string, string, string]);
}

/** The texts of one label, one a line. */
function linesOf(name: string, label: string): TestFile {
  return { name, content: madeUpRows().flatMap(([text, of]) => (of === label ? [text] : [])).join('\n') };
}

/** Each domain's own number of examples, as the table of domains and labels has it. */
async function domainsAndLabels({ page }: HeldoutPage): Promise<string[]> {
  return page.getByRole('table', { name: 'Examples by domain and label' }).locator(':is(thead, tbody) tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.firstChild?.textContent?.trim()).join(' ')));
}
