import { expect, test } from 'vitest';
import { madeUpReviews, useSite, type HeldoutPage } from '../support/page.ts';

/** Each kind of remedy, pressed on the page and undone. */

const site = useSite();
const PATIENCE_MS = 30_000;

type Row = readonly [text: string, label: string, domain: string];

const reviews: readonly Row[] = madeUpReviews('')
  .content.trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',') as [string, string, string]);

/** The sentences of a domain under other things’ names, in another domain. */
function about(things: readonly string[], domain: string): Row[] {
  const nouns = ['novel', 'story', 'atlas', 'poem'];
  return reviews.flatMap(([text, label, from]): Row[] => {
    const thing = things[nouns.findIndex((noun) => text.includes(` ${noun} `))];
    return from === 'books' && thing !== undefined ? [[text.replace(/ \w+ /u, ` ${thing} `), label, domain]] : [];
  });
}

/** So many rows of each label at most, in a domain or in all. */
function atMost(rows: readonly Row[], most: Readonly<Record<string, number>>, domain?: string): Row[] {
  const taken: Record<string, number> = {};
  return rows.filter(([, label, from]) => {
    if (domain !== undefined && from !== domain) return true;
    taken[label] = (taken[label] ?? 0) + 1;
    return taken[label] <= (most[label] ?? 0);
  });
}

interface Case {
  readonly what: string;
  readonly rows: readonly Row[];
  readonly finding: RegExp;
  readonly remedy: RegExp;
  /** What is in the list afterwards. */
  readonly made: RegExp;
  /** Domains that can be held out afterwards, and before. */
  readonly domains?: readonly (readonly string[])[];
}

const ordinary = ['books', 'shoes', 'lamps'];
const CASES: readonly Case[] = [
  {
    what: 'a text under two labels is dropped',
    rows: [...reviews, ['The poem is lovely.', 'negative', 'books']],
    finding: /^Fix this: 1 text under more than one label$/u,
    remedy: /^Drop all copies \(2 rows\)$/u,
    made: /^case, .* \(119\)$/u,
  },
  {
    what: 'small domains are merged',
    rows: [...reviews, ...about(['hat', 'cap', 'hood'], 'hats'), ...about(['belt', 'sash', 'strap'], 'belts')],
    finding: /^Look at this: 2 domains too small to be held out$/u,
    remedy: /^Merge the 2 small domains into one \(60 examples\)$/u,
    made: /^case, small domains merged \(180\)$/u,
    domains: [
      [...ordinary, 'small domains'],
      [...ordinary, 'hats', 'belts'],
    ],
  },
  {
    what: 'domains are done without where only one could be held out',
    rows: [...reviews.filter(([, , domain]) => domain === 'books'), ...about(['hat', 'cap', 'hood'], 'hats')],
    finding: /^Look at this: 1 domain too small to be held out$/u,
    remedy: /^Go without domains: hold out a part of all examples$/u,
    made: /^case, without domains \(70\)$/u,
  },
  {
    what: 'a word that gives a label away is taken out of every text',
    rows: reviews.map(([text, label, domain]): Row => (label === 'negative' ? [`${text} Unsubscribe`, label, domain] : [text, label, domain])),
    finding: /^Fix this: The word “unsubscribe” gives away “negative”: 60 of 60 examples$/u,
    remedy: /^Take “unsubscribe” out of every text$/u,
    made: /^case, “unsubscribe” taken out \(120\)$/u,
  },
  {
    what: 'labels are levelled',
    rows: atMost(reviews, { positive: 60, negative: 15 }),
    finding: /^Look at this: Labels are uneven: “positive” has 80(\.0)? % of the examples$/u,
    remedy: /^Level the labels: leave out 45 examples$/u,
    made: /^case, labels levelled \(30\)$/u,
  },
  {
    what: 'labels are levelled within each domain',
    rows: atMost(atMost(reviews, { positive: 20, negative: 4 }, 'books'), { positive: 4, negative: 20 }, 'shoes'),
    finding: /^Look at this: “(positive|negative)” is 83(\.3)? % of “(books|shoes)” but 16\.7 % of “(books|shoes)”$/u,
    remedy: /^Level the labels within each domain: leave out 32 examples$/u,
    made: /^case, labels levelled in each domain \(56\)$/u,
  },
  {
    what: 'domains are levelled',
    rows: [...reviews, ...Array.from({ length: 9 }, (_, i) => about(['novel', 'story', 'atlas', 'poem'].map((noun) => `${['old', 'new', 'big', 'tiny', 'first', 'last', 'red', 'grey', 'lost'][i]} ${noun}`), 'books')).flat()],
    finding: /^Good to know: Domains are uneven: “books” has 10 times the examples of “(shoes|lamps)”$/u,
    remedy: /^Level the domains: leave out 360 examples$/u,
    made: /^case, domains levelled \(120\)$/u,
  },
  {
    what: 'near copies of scored texts are left out of training',
    rows: [...reviews, ...about(['novel', 'story', 'atlas', 'poem'], 'shoes').map(([text, label, domain]): Row => [text.replace(' is ', ' is so '), label, domain]), ...about(['novel', 'story', 'atlas', 'poem'], 'lamps').map(([text, label, domain]): Row => [text.replace(' is ', ' is very '), label, domain])],
    finding: /^Fix this: \d+ scored texts nearly repeat training texts$/u,
    remedy: /^Leave the copies out of training \(\d+ rows\)$/u,
    made: /^case, without \d+ rows that scored texts repeat \(\d+\)$/u,
  },
];

const titles = (heldout: HeldoutPage): Promise<string[]> => heldout.dataColumn.getByRole('list', { name: 'Findings' }).locator('summary').allInnerTexts();
const found = (heldout: HeldoutPage, finding: RegExp) => expect.poll(async () => (await titles(heldout)).filter((title) => finding.test(title)).length, { timeout: PATIENCE_MS });

test.each(CASES.map((each) => [each.what, each] as const))('%s by one press, and undone by another', async (_, { rows, finding, remedy, made, domains }) => {
  const heldout = await site.visit();
  await heldout.import({ name: 'case.csv', content: `text,label,domain\n${rows.map((row) => row.join(',')).join('\n')}\n` });
  const list = (): Promise<string> => heldout.optionOf(heldout.dataset);
  await heldout.dataColumn.getByText(/^Check the data: \d+ findings?/u).click();
  await found(heldout, finding).toBe(1);
  const before = await titles(heldout);
  await heldout.trainTo(10);
  const curve = await heldout.curve();
  await heldout.dataColumn.getByRole('listitem').filter({ has: heldout.page.locator('summary', { hasText: finding }) }).getByRole('button', { name: remedy }).click();
  await expect.poll(list, { timeout: PATIENCE_MS }).toMatch(made);
  await heldout.button('Check again').waitFor();
  await found(heldout, finding).toBe(0);
  if (domains) expect(await heldout.heldOut.locator('option').allInnerTexts()).toEqual(domains[0]);
  await heldout.ready();
  await heldout.trainTo(2);

  await heldout.button('Undo the last remedy').click();
  await expect.poll(list, { timeout: PATIENCE_MS }).toBe(`case (${rows.length})`);
  await expect.poll(() => titles(heldout), { timeout: PATIENCE_MS }).toEqual(before);
  if (domains) expect(await heldout.heldOut.locator('option').allInnerTexts()).toEqual(domains[1]);
  await heldout.ready();
  await heldout.trainTo(10);
  expect(await heldout.curve()).toEqual(curve); // the examples are what they were, to the bit
});
