import { expect, test } from 'vitest';
import { useSite, type HeldoutPage } from '../support/page.ts';

const site = useSite();

interface Shown {
  readonly text: string;
  /** By kind, the text before and after as its pieces tell. */
  readonly changes: Readonly<Record<string, { readonly before: string; readonly after: string; readonly pieces: number }>>;
}

test('each kind that is on shows what it does to three training texts; others can be had, and the strength tells', async () => {
  const heldout = await site.visit();
  await openTexts(heldout);
  const section = heldout.page.getByRole('region', { name: 'Before and after', exact: true });
  await section.getByText('Turn a kind on to see here').waitFor();
  expect(await heldout.button('Three others').count()).toBe(0);

  await heldout.switch('Word swap').press('Space');
  const swapped = await previewed(heldout, ['Word swap']);
  expect(new Set(swapped.map(({ text }) => text)).size).toBe(3);
  for (const { text, changes } of swapped) {
    expect(changes['Word swap']).toMatchObject({ before: text });
    expect(changes['Word swap']?.after).not.toBe(text);
    expect(letters(changes['Word swap']?.after ?? '')).toEqual(letters(text));
  }
  await heldout.changes.filter({ hasText: 'Word swap' }).waitFor();
  expect(tableRequests()).toEqual([]);

  await heldout.switch('Emoji dropping').press('Space');
  const withEmoji = await previewed(heldout, ['Word swap', 'Emoji dropping']);
  expect(withEmoji.map(({ changes }) => changes['Emoji dropping'])).toEqual(Array(3).fill({ before: 'Nothing changes here.', after: 'Nothing changes here.', pieces: 0 }));
  await section.getByText('“Emoji dropping” can change none of the 200 texts looked at.').waitFor();

  await heldout.button('Three others').click();
  await expect.poll(async () => (await shown(heldout))[0]?.text).not.toBe(swapped[0]?.text);
  const others = await previewed(heldout, ['Word swap', 'Emoji dropping']);
  expect(others.filter(({ text }) => swapped.some((before) => before.text === text))).toEqual([]);

  await heldout.slider('Text strength').press('End');
  await expect.poll(async () => pieces(await shown(heldout))).toBeGreaterThan(pieces(others));
  expect((await shown(heldout)).map(({ text }) => text)).toEqual(others.map(({ text }) => text));
});

test('synonyms come from the site’s own table, fetched when a kind first needs it, once', async () => {
  const heldout = await site.visit();
  await openTexts(heldout);
  await heldout.switch('Synonym replacement').press('Space');
  await previewed(heldout, ['Synonym replacement']);
  await heldout.switch('Synonym insertion').press('Space');
  await previewed(heldout, ['Synonym replacement', 'Synonym insertion']);
  for (let turn = 0; turn < 3; turn++) {
    const [first] = await shown(heldout);
    await heldout.button('Three others').click();
    await expect.poll(async () => (await shown(heldout))[0]?.text).not.toBe(first?.text);
  }
  for (const { changes } of await shown(heldout)) expect(changes['Synonym insertion']?.after.length).toBeGreaterThanOrEqual(changes['Synonym insertion']?.before.length ?? NaN);
  expect(tableRequests()).toHaveLength(1);
});

test('without the table the page says so, and a second try brings it', async () => {
  site.allow(/table\.txt|ERR_FAILED/u);
  const heldout = await site.visit();
  await heldout.page.context().route('**/models/synonyms/table.txt', (route) => route.abort(), { times: 1 });
  await openTexts(heldout);
  await heldout.switch('Synonym replacement').press('Space');
  const section = heldout.page.getByRole('region', { name: 'Before and after', exact: true });
  await section.getByText('The table of synonyms could not be downloaded.').waitFor();
  await section.getByRole('button', { name: 'Try again' }).click();
  await previewed(heldout, ['Synonym replacement']);
});

function tableRequests(): string[] {
  return site.requests.filter((address) => address.endsWith('/models/synonyms/table.txt'));
}

async function openTexts(heldout: HeldoutPage): Promise<void> {
  await heldout.page.locator('summary', { hasText: 'Augment texts' }).focus();
  await heldout.page.keyboard.press('Enter');
}

/** Waits until three texts are shown with these kinds. */
async function previewed(heldout: HeldoutPage, kinds: readonly string[]): Promise<Shown[]> {
  await expect.poll(async () => (await shown(heldout)).map(({ changes }) => Object.keys(changes)), { timeout: 30_000 }).toEqual(Array(3).fill(kinds));
  return shown(heldout);
}

async function shown({ page }: HeldoutPage): Promise<Shown[]> {
  return page.getByRole('region', { name: 'Before and after, scrollable' }).getByRole('listitem').evaluateAll((items) =>
    items.map((item) => {
      item.querySelectorAll('.visually-hidden').forEach((words) => words.toggleAttribute('data-aside', true));
      const read = (element: Element, without: string): string => {
        const copy = element.cloneNode(true) as Element;
        copy.querySelectorAll(`${without}, [data-aside]`).forEach((part) => part.remove());
        return copy.textContent;
      };
      const changes = [...item.querySelectorAll('dl > div')].map((pair): [string, { before: string; after: string; pieces: number }] => {
        const description = pair.querySelector('dd') as Element;
        return [pair.querySelector('dt')?.textContent ?? '', { before: read(description, 'ins'), after: read(description, 'del'), pieces: description.querySelectorAll('ins, del').length }];
      });
      return { text: item.querySelector('p')?.textContent ?? '', changes: Object.fromEntries(changes) };
    }),
  );
}

function letters(text: string): string[] {
  return [...text].sort();
}

function pieces(texts: readonly Shown[]): number {
  return texts.reduce((sum, { changes }) => sum + Object.values(changes).reduce((pieces, change) => pieces + change.pieces, 0), 0);
}
