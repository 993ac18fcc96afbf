import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { madeUpReviews, useSite, type HeldoutPage, type TestFile } from '../support/page.ts';

const site = useSite();
const GOOD = madeUpReviews('x.csv').content.trimEnd().split('\n');
let heldout: HeldoutPage;
let before: unknown;

beforeEach(async () => {
  heldout = await site.visit();
  await heldout.trainTo(10);
  before = await snapshot();
});

/** Rows of JSON, of which one has a list where a text should be. @param more rows before it */
const listIn = (column: string, more: number): string =>
  [...GOOD.slice(1), ...Array.from({ length: more }, (_, i) => `Sentence number ${i} of many.,positive,books`), null, ...GOOD.slice(1, 3)]
    .map((line) => {
      const [text, mood, shop] = line?.split(',') ?? ['A lamp.', 'positive', 'lamps'];
      return JSON.stringify({ text, mood, shop, ...(line === null && { [column]: [1, 2] }) });
    })
    .join('\n');

interface Refused extends TestFile {
  readonly title: string;
  /** Whether the page knows as soon as the file is chosen, when it has shown how it begins, or once all of it is read. */
  readonly when: 'chosen' | 'previewed' | 'read';
  /** What the page must say: the place, and the remedy. */
  readonly says: readonly RegExp[];
}

const REFUSED: Refused[] = [
  { title: 'an empty file', when: 'chosen', name: 'empty.csv', content: '', says: [/empty\.csv is empty\./u, /Choose a file with examples: a text and its label in each row\./u] },
  {
    title: 'a workbook',
    when: 'chosen',
    name: 'book.xlsx',
    content: Buffer.from(zipSync({ '[Content_Types].xml': strToU8('<Types/>'), 'xl/workbook.xml': strToU8('<workbook/>') })),
    says: [/book\.xlsx is a spreadsheet workbook, not a text file\./u, /Excel: File, Save As, “CSV UTF-8”; Google Sheets: File, Download/u],
  },
  { title: 'a document', when: 'chosen', name: 'notes.docx', content: Buffer.from(zipSync({ 'word/document.xml': strToU8('<document/>') })), says: [/notes\.docx is a document of a word processor/u, /Put the examples into a spreadsheet/u] },
  {
    title: 'an array of JSON that is misspelled in its first row',
    when: 'previewed',
    name: 'rows.json',
    content: '[{"text": "The lamp is bright", label: "positive"},\n{"text": "The lamp is dull"}]',
    says: [/rows\.json is not valid JSON in row 1\./u, /Or choose another format\./u, /How rows\.json begins\s+\[\{"text": "The lamp is bright", label: "positive"\},/u, /What to do is told with the file\./u],
  },
  { title: 'a header and nothing else', when: 'previewed', name: 'header.csv', content: 'text,label,domain\n', says: [/header\.csv has names of columns, but no rows\. Add examples below them/u] },
  {
    title: 'a quotation mark that is never closed',
    when: 'previewed',
    name: 'quotes.csv',
    content: [...GOOD.slice(0, 7), '"The lamp is bright,positive,lamps', ...GOOD.slice(7)].join('\n'),
    says: [/The quotation marks in row 8 of quotes\.csv do not match/u, /Close the quotation mark/u],
  },
  { title: 'no column of labels', when: 'previewed', name: 'nolabel.csv', content: GOOD.map((line) => line.replace(/,.*,/u, ',')).join('\n'), says: [/No column looks like a label\. Choose the one that holds the labels\./u] },
  {
    title: 'a row with a cell too many',
    when: 'previewed',
    name: 'cells.csv',
    content: [...GOOD.slice(0, 3), 'Yes, indeed.,positive,books', ...GOOD.slice(3)].join('\n'),
    says: [/Row 4 of cells\.csv has 4 cells; the header has 3\./u, /in double quotes/u],
  },
  {
    title: 'a file with one label',
    when: 'previewed',
    name: 'same.csv',
    content: GOOD.map((line) => line.replace(',negative,', ',positive,')).join('\n'),
    says: [/same\.csv has one label only, “positive”\./u, /add examples of another label/u],
  },
  {
    title: 'a byte that is not UTF-8 in a file that is otherwise',
    when: 'previewed',
    name: 'mixed.csv',
    content: Buffer.concat([Buffer.from([...GOOD.slice(0, 4), 'Une idée très ratée.,negative,books', 'Ni idée ni goût.,negative,caf'].join('\n')), Buffer.from('é\n', 'latin1'), Buffer.from(GOOD.slice(4).join('\n'))]),
    says: [/mixed\.csv is not UTF-8 text: byte [\d,]+ of the file \(0xE9, in Windows-1252 “é”\), in row 6, cannot be read\./u, /Type that character anew and save the file as UTF-8 .*; or choose Windows-1252 as the encoding/u],
  },
  {
    title: 'a byte that is not UTF-8, far down',
    when: 'read',
    name: 'far.csv',
    content: Buffer.concat([Buffer.from([...GOOD, ...Array.from({ length: 9000 }, (_, i) => `Sentence number ${i} of many.,positive,books`), 'Ni idée ni go'].join('\n')), Buffer.from('û', 'latin1'), Buffer.from('t.,negative,books\n')]),
    says: [/far\.csv is not UTF-8 text: byte [\d,]+ of the file \(0xFB, in Windows-1252 “û”\), in row 9122, cannot be read\./u, /choose Windows-1252 as the encoding/u],
  },
  { title: 'a label of 1 MB', when: 'read', name: 'label.csv', content: [...GOOD, `A text.,${'x'.repeat(2 ** 20)},books`].join('\n'), says: [/The label in row 122, column “label”, of label\.csv has 1,048,576 characters\./u, /Check that the label comes from the right column/u] },
  {
    title: 'labels that never recur in another domain',
    when: 'read',
    name: 'apart.csv',
    content: ['text,label,domain', ...Array.from({ length: 30 }, (_, i) => `Sentence number ${i}.,label ${i % 3},domain ${i % 3}`)].join('\n'),
    says: [/apart\.csv cannot be split\. Whichever domain is held out, the others have fewer than two labels/u, /Give each label examples in two domains or more\. Or import the data with “None” for the domain/u],
  },
  {
    title: 'a list where a label should be, near the beginning',
    when: 'previewed',
    name: 'moods.jsonl',
    content: listIn('mood', 0),
    says: [/The value of “mood” in row 121 of moods\.jsonl is a list, not a text\./u, /Choose a column of texts or numbers, or write the value as a text\./u],
  },
  {
    title: 'a list where a domain should be, far down',
    when: 'read',
    name: 'shops.jsonl',
    content: listIn('shop', 9000),
    says: [/The value of “shop” in row 9121 of shops\.jsonl is a list, not a text\./u, /Choose a column of texts or numbers, or write the value as a text\./u],
  },
  {
    title: 'more labels than there can be',
    when: 'read',
    name: 'labels.csv',
    content: [...GOOD, ...Array.from({ length: 9000 }, (_, i) => `Sentence number ${i} of many.,positive,books`), ...Array.from({ length: 200 }, (_, i) => `And number ${i}.,label ${i},books`)].join('\n'),
    says: [/labels\.csv has more than 200 different labels in column “label”\./u, /Check that the label comes from the right column/u],
  },
  { title: 'too few rows', when: 'previewed', name: 'few.csv', content: GOOD.slice(0, 5).join('\n'), says: [/few\.csv has only 4 rows; at least 8 are needed\./u, /Add more labelled examples\./u] },
  { title: 'too few rows that differ', when: 'read', name: 'same.csv', content: [...GOOD.slice(0, 5), ...GOOD.slice(1, 5), ...GOOD.slice(60, 63)].join('\n'), says: [/same\.csv has only 7 usable rows, 4 rows being empty or repeated; at least 8 are needed\./u, /Add more labelled examples\./u] },
];

test('what cannot be used is refused with the place and a remedy, and what was there stays', async () => {
  const { alerts, importDialog } = heldout;
  for (const { title, when, says, ...file } of REFUSED) {
    await (when === 'read' ? heldout.startImport(file) : heldout.choose(file));
    const said = when === 'previewed' ? importDialog : alerts;
    await said.waitFor();
    const words = await said.innerText();
    for (const pattern of says) expect(words, title).toMatch(pattern);
    if (when === 'previewed') {
      expect(await heldout.button('Import').isEnabled(), title).toBe(false);
      await heldout.button('Close').click();
    } else await heldout.button('Dismiss this message').click();
    await said.waitFor({ state: 'detached' });
    expect(await snapshot(), title).toEqual(before);
  }
  expect(site.encoderRequests()).toEqual([]);
  await heldout.trainTo(20); // the old run goes on
});

test('a column that one of two files lacks is named with the file, and what was there stays', async () => {
  const { importDialog } = heldout;
  await heldout.preview(madeUpReviews('first.csv'), { name: 'second.csv', content: GOOD.map((line) => line.replace(/^text,label,/u, 'text,mood,')).join('\n') });
  await importDialog.getByLabel('Label', { exact: true }).selectOption('“label”');
  await importDialog.getByText('second.csv has no column “label”. Choose another one for the label, or leave the file out.').waitFor();
  expect(await heldout.button('Import').isEnabled()).toBe(false);
  await heldout.button('Close').click();
  await importDialog.waitFor({ state: 'detached' });
  expect(await snapshot()).toEqual(before);
});

test('duplicate rows and a cell of 1 MB are imported as far as they are of use, and the report counts them', async () => {
  const long = `"${'The lamp is on. '.repeat(2 ** 16)}",positive,lamps`;
  await heldout.import({ name: 'odd.csv', content: [...GOOD, GOOD[1], GOOD[2], long, ',positive,lamps', 'No label.,,lamps'].join('\n') });
  const report = await heldout.page.getByRole('list', { name: 'Import report' }).innerText();
  expect(report).toMatch(/Imported 121 examples with 2 labels from 3 domains\./u);
  expect(report).toMatch(/2 rows were left out as an exact repeat of an earlier row \(rows 122 and 123\)\./u);
  expect(report).toMatch(/1 text was cut to the first 4,096 characters \(row 124\)\./u);
  expect(report).toMatch(/1 row was left out for having no text \(row 125\)\./u);
  expect(report).toMatch(/1 row was left out for having no label \(row 126\)\./u);
  await heldout.trainTo(10);
});

describe('100,000 rows, 50 MB', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heldout-large-'));
  const file = join(folder, 'many.csv');
  beforeAll(() => {
    const words = 'of many that are as long as a short paragraph is, '.repeat(10);
    writeFileSync(file, ['text,label,domain', ...Array.from({ length: 100_000 }, (_, i) => `"Sentence number ${i}, ${words}full stop",${i % 2 ? 'odd' : 'even'},domain ${i % 5}`)].join('\n'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Starts the import, and presses Cancel as soon as the page has said each of these. @returns what it said of its progress until then */
  async function cancelledAt(...patterns: readonly string[]): Promise<readonly string[]> {
    await heldout.importInput.setInputFiles(file);
    await heldout.importDialog.waitFor();
    const saying = heldout.page.evaluate(cancelWhenSaid, patterns);
    await heldout.page.keyboard.press('Enter');
    const said = await saying;
    await heldout.button('Cancel').waitFor({ state: 'detached' });
    expect(await snapshot()).toEqual(before);
    expect(await heldout.alerts.count()).toBe(0);
    return said;
  }

  test('are read with progress, and cancelling in the midst of it leaves what was there', async () => {
    expect(statSync(file).size).toBeGreaterThan(50 * 10 ** 6);
    const said = await cancelledAt('reading the file, [1-9][0-9.]* MB of');
    expect(said.at(-1)).toMatch(/^Importing many\.csv: reading the file, [\d.]+ MB of 5\d\.\d MB$/u);
    expect(said.join()).not.toContain('embedded');
    await heldout.trainTo(20);
  });

  test('are embedded with progress, and cancelling leaves what was there', async () => {
    const said = await cancelledAt('reading the file', '[1-9][0-9,]* of 100,000 sentences embedded');
    expect(said.length).toBeGreaterThan(2);
    await heldout.trainTo(20);
  });
});

test('markup in texts, labels, domains and file names is shown as text', async () => {
  const image = '<img src=x onerror=alert(1)>';
  const content = GOOD.map((line) => line.replace(',positive,', ',<b>yes</b>,').replace(',lamps', ',<script>lamps</script>').replace('The lamp is lovely.', image)).join('\n');
  heldout.page.on('dialog', () => expect.unreachable('A script in the data ran.'));
  await heldout.preview({ name: '<i>file.csv', content });
  await heldout.importDialog.getByRole('cell', { name: '<b>yes</b>' }).first().waitFor();
  expect(await heldout.importDialog.locator('img, b, i, script').count()).toBe(0);
  await heldout.importPreviewed();
  await heldout.page.getByText('Look at the examples').click();
  await heldout.page.getByRole('checkbox', { name: 'only “<script>lamps</script>”' }).check();
  await heldout.page.getByText(image).waitFor();
  await heldout.trainTo(10);
  await heldout.sentence.fill(image);
  await heldout.probabilities.getByText('<b>yes</b>').waitFor();
  expect(await heldout.page.locator('main').locator('img, b, i, script').count()).toBe(0);
});

/** What a refused or cancelled import must leave as it is. */
async function snapshot(): Promise<unknown> {
  return [await heldout.optionOf(heldout.dataset), await heldout.optionOf(heldout.heldOut), await heldout.status.innerText(), await heldout.curve()];
}

/** Runs in the page: presses Cancel once the words of the progress have matched one pattern after another. @returns the words until then, each once */
function cancelWhenSaid(patterns: readonly string[]): Promise<string[]> {
  const left = [...patterns];
  const said: string[] = [];
  return new Promise((resolve) => {
    const look = (): void => {
      const cancel = [...document.querySelectorAll('main button')].find(({ textContent }) => textContent.trim() === 'Cancel');
      const words = cancel?.parentElement?.textContent.replace('Cancel', '').trim() ?? '';
      if (words !== '' && words !== said.at(-1)) said.push(words);
      while (left[0] !== undefined && said.some((each) => new RegExp(left[0] as string, 'u').test(each))) left.shift();
      if (left.length > 0 || !(cancel instanceof HTMLElement)) return;
      watcher.disconnect();
      cancel.click();
      resolve(said);
    };
    const watcher = new MutationObserver(look);
    watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}
