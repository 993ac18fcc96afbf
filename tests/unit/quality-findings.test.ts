import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Dataset, Example } from '../../src/core/examples.ts';
import { hashWords } from '../../src/core/hash.ts';
import { domainBalanceFinding, labelBalanceFinding, labelShiftFinding, loneLabelFinding } from '../../src/core/quality/balance.ts';
import { inspect } from '../../src/core/quality/inspect.ts';
import { alikeRows } from '../../src/core/quality/near-copies.ts';
import { cutFinding, shortFinding, unreadableFinding, type TokenMeasures } from '../../src/core/quality/readable-texts.ts';
import { SEVERITIES, excerpt, type Finding, type QualityReport, type Remedy } from '../../src/core/quality/report.ts';
import { rowsKeptInWords } from '../../src/core/quality/rows-kept.ts';
import { conflictFinding, repeatFinding } from '../../src/core/quality/same-texts.ts';
import { smallCellsFinding, smallDomainsFinding, smallGroupCellsFinding, smallGroupsFinding, smallLabelsFinding, tooFewToTell } from '../../src/core/quality/small-parts.ts';
import { wilson } from '../../src/core/statistics.ts';
import { datasetOf, finish, keysOf, randomTexts } from '../support/quality-data.ts';
import { applied } from '../support/editing.ts';

/** So many rows of each [domain, label], all texts different and none telling of either. */
function rowsOf(parts: readonly (readonly [domain: string, label: string, count: number])[]): Example[] {
  return parts.flatMap(([domain, label, count]) => randomTexts(count, 8, hashWords(`${domain} ${label}`)[0]).map((text) => ({ text, label, domain })));
}
const EVEN = rowsOf([['books', 'yes', 60], ['books', 'no', 60], ['shoes', 'yes', 60], ['shoes', 'no', 60]]);
const at = (text: string, label: string, domain = 'books'): Example => ({ text, label, domain });

/** What a remedy leaves. */
function cleaned(dataset: Dataset, remedy: Remedy | undefined): Dataset {
  return datasetOf(applied(dataset, remedy?.edit ?? expect.fail('no remedy')).examples);
}

/** All texts read, and to the end. */
const readable = (dataset: Dataset): TokenMeasures => ({ tokens: new Uint32Array(dataset.examples.length).fill(9), unknownShare: new Float32Array(dataset.examples.length), maxTokens: 128 });

function reportOf(dataset: Dataset, measures = readable(dataset)): QualityReport {
  const keys = keysOf(dataset);
  const alike = finish(alikeRows(dataset, keys)).result;
  return finish(inspect(dataset, { keys, alike, vectorOf: () => undefined, measures, split: null, leftOut: null })).result;
}

describe('a report', () => {
  test('on good data finds nothing', () => {
    expect(reportOf(datasetOf(EVEN))).toEqual({ datasetId: 'made up', rows: 240, split: null, findings: [] });
  });

  test('tells the most serious first, each finding once, with a reason and at most three examples', () => {
    const bad = [...EVEN, ...['ok', 'hm', 'so', 'no'].map((text) => at(text, 'yes')), at('twice said is said', 'yes'), at('Twice said is SAID', 'no'), ...EVEN.slice(0, 5)];
    const { findings } = reportOf(datasetOf(bad));
    expect(findings.map(({ key }) => key)).toEqual(['conflicts', 'repeats', 'short']);
    const order = findings.map(({ severity }) => SEVERITIES.indexOf(severity));
    expect(order).toEqual([...order].sort());
    for (const { why, examples, count } of findings) {
      expect(why.length).toBeGreaterThan(40);
      expect(examples.length).toBe(Math.min(3, count));
    }
  });

  test('names the rows that each finding is about, those that they resemble too', () => {
    const bad = [...EVEN, at('ok', 'yes'), at('twice said is said', 'yes'), at('Twice said is SAID', 'no'), at(EVEN[4]?.text ?? '', EVEN[4]?.label ?? '', 'shoes')];
    const { findings } = reportOf(datasetOf(bad));
    expect(findings.map(({ key, rows }) => [key, [...rows]])).toEqual([
      ['conflicts', [241, 242]],
      ['repeats', [4, 243]],
      ['short', [240]],
    ]);
    expect(labelBalanceFinding(datasetOf(rowsOf([['books', 'yes', 90], ['books', 'no', 30]])))?.rows).toEqual(new Uint32Array(0)); // it is about the whole
  });

  test('has remedies that leave every kept row as it was, and after which the finding is gone', () => {
    const word = fc.constantFrom('one', 'two', 'three', 'four', 'five', 'six');
    const row = fc.record({ text: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')), label: fc.constantFrom('yes', 'no'), domain: fc.constantFrom('books', 'shoes', 'lamps') });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 25 }), (extra) => {
        const dataset = datasetOf([...EVEN, ...extra]);
        for (const finding of reportOf(dataset).findings) {
          for (const remedy of finding.remedies) {
            const result = cleaned(dataset, remedy);
            expect(reportOf(result).findings.map(({ key }) => key)).not.toContain(finding.key);
            if (remedy.edit.kind !== 'drop') continue;
            const dropped = new Set(remedy.edit.rows);
            expect(dropped.size).toBe(remedy.edit.rows.length);
            expect(result.examples).toEqual(dataset.examples.filter((_, index) => !dropped.has(index)));
          }
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe('exact repeats', () => {
  const dataset = datasetOf([...EVEN, at('A fine lamp', 'yes'), at('a fine  LAMP', 'yes', 'shoes'), at('A fine lamp', 'yes'), at('A fine lamp', 'no')]);
  const finding = repeatFinding(dataset, keysOf(dataset));

  test('are counted under one label, and across domains', () => {
    expect(finding).toMatchObject({ count: 2, title: '2 exact repeats', details: ['1 text stands in more than one domain.'] });
  });

  test('are dropped but for the first', () => {
    expect(cleaned(dataset, finding?.remedies[0]).examples).toEqual([...EVEN, dataset.examples[240], dataset.examples[243]]);
  });

  test('are no finding where there are none', () => {
    const good = datasetOf(EVEN);
    expect([repeatFinding(good, keysOf(good)), conflictFinding(good, keysOf(good))]).toEqual([null, null]);
  });
});

describe('texts under several labels', () => {
  const dataset = datasetOf([...EVEN, at('So so', 'yes'), at('so so', 'no'), at('SO SO', 'no', 'shoes'), at('Well well', 'yes'), at('well well', 'no')]);
  const finding = conflictFinding(dataset, keysOf(dataset));

  test('are counted as texts, with the labels that they have', () => {
    expect(finding).toMatchObject({ count: 2, severity: 'serious', details: ['5 rows in all.'], examples: [{ text: 'So so', note: 'yes · books: labels “yes”, “no”' }, { text: 'Well well' }] });
  });

  test('are dropped altogether, or keep the label with the most votes, of ties none or the first', () => {
    const [all, majority, first] = (finding?.remedies ?? []).map((remedy) => cleaned(dataset, remedy).examples.slice(EVEN.length));
    expect(all).toEqual([]);
    expect(majority).toEqual([at('so so', 'no'), at('SO SO', 'no', 'shoes')]);
    expect(first).toEqual([at('so so', 'no'), at('SO SO', 'no', 'shoes'), at('Well well', 'yes')]);
  });

  test('that are all ties are dropped, or keep the first label with all its rows', () => {
    const tied = datasetOf([...EVEN, at('So so', 'yes'), at('so so', 'no'), at('SO so', 'yes', 'shoes'), at('so SO', 'no', 'shoes')]);
    const remedies = conflictFinding(tied, keysOf(tied))?.remedies ?? [];
    expect(remedies.map(({ label }) => label)).toEqual(['Drop all copies (4 rows)', 'Keep the label that comes first (drop 2 rows)']);
    expect(cleaned(tied, remedies[1]).examples).toEqual([...EVEN, at('So so', 'yes'), at('SO so', 'yes', 'shoes')]);
  });

  test('none of which tie have no remedy for ties', () => {
    const outvoted = datasetOf([...EVEN, at('So so', 'yes'), at('so so', 'no'), at('SO SO', 'no', 'shoes')]);
    expect(conflictFinding(outvoted, keysOf(outvoted))?.remedies.map(({ label }) => label)).toEqual(['Drop all copies (3 rows)', 'Keep the majority label (drop 1 row)']);
  });
});

describe('balance', () => {
  test('of labels is judged by the most and the least frequent', () => {
    const uneven = datasetOf(rowsOf([['books', 'yes', 90], ['books', 'no', 30]]));
    expect(labelBalanceFinding(uneven)?.title).toBe('Labels are uneven: “yes” has 75.0 % of the examples');
    expect(labelBalanceFinding(datasetOf(rowsOf([['books', 'yes', 89], ['books', 'no', 30]])))).toBeNull();
  });

  test('of domains likewise', () => {
    expect(domainBalanceFinding(datasetOf(rowsOf([['books', 'yes', 400], ['lamps', 'no', 40]])))?.title).toBe('Domains are uneven: “books” has 10 times the examples of “lamps”');
    // Too small to be held out: told by a finding of its own.
    expect(domainBalanceFinding(datasetOf(rowsOf([['books', 'yes', 400], ['lamps', 'no', 39]])))).toBeNull();
    expect(domainBalanceFinding(datasetOf(EVEN))).toBeNull();
  });

  test('of labels within domains is told where it surely differs', () => {
    const shifted = datasetOf(rowsOf([['books', 'yes', 90], ['books', 'no', 10], ['lamps', 'yes', 30], ['lamps', 'no', 70]]));
    expect(labelShiftFinding(shifted)?.title).toBe('“yes” is 90.0 % of “books” but 30.0 % of “lamps”');
    expect(labelShiftFinding(datasetOf(rowsOf([['books', 'yes', 5], ['books', 'no', 2], ['lamps', 'yes', 3], ['lamps', 'no', 4]])))).toBeNull();
  });

  test('is restored by leaving out examples, the same ones in whatever order the rows stand', () => {
    const uneven = datasetOf(rowsOf([['books', 'yes', 90], ['books', 'no', 30]]));
    const turned = datasetOf([...uneven.examples].reverse());
    const [remedy] = labelBalanceFinding(uneven)?.remedies ?? [];
    expect(remedy?.label).toBe('Level the labels: leave out 60 examples');
    const kept = cleaned(uneven, remedy).examples;
    expect(kept.filter(({ label }) => label === 'yes').length).toBe(30);
    expect(cleaned(turned, labelBalanceFinding(turned)?.remedies[0]).examples).toEqual([...kept].reverse());
    expect(kept).not.toEqual([...uneven.examples.slice(0, 30), ...uneven.examples.slice(90)]);

    const wide = datasetOf(rowsOf([['books', 'yes', 250], ['books', 'no', 250], ['lamps', 'yes', 20], ['lamps', 'no', 20]]));
    expect(domainBalanceFinding(wide)?.remedies[0]?.label).toBe('Level the domains: leave out 460 examples');
    expect(domainBalanceFinding(cleaned(wide, domainBalanceFinding(wide)?.remedies[0]))).toBeNull();

    const shifted = datasetOf(rowsOf([['books', 'yes', 90], ['books', 'no', 10], ['lamps', 'yes', 30], ['lamps', 'no', 70]]));
    expect(labelShiftFinding(shifted)?.remedies[0]?.label).toBe('Level the labels within each domain: leave out 120 examples');
    expect(labelShiftFinding(cleaned(shifted, labelShiftFinding(shifted)?.remedies[0]))).toBeNull();
  });

  test('is not restored where too few rows would be left, or a domain lacks a label', () => {
    expect(labelBalanceFinding(datasetOf(rowsOf([['books', 'yes', 90], ['books', 'no', 3]])))?.remedies).toEqual([]);
    expect(labelShiftFinding(datasetOf(rowsOf([['books', 'yes', 90], ['books', 'no', 10], ['lamps', 'no', 70]])))?.remedies).toEqual([]);
  });

  test('tells of labels that only one domain has, and drops them where two are left', () => {
    const lone = datasetOf([...EVEN, ...rowsOf([['shoes', 'perhaps', 40]])]);
    const finding = loneLabelFinding(lone);
    expect(finding?.title).toBe('1 label in one domain only: “perhaps”');
    expect(cleaned(lone, finding?.remedies[0]).examples).toEqual(EVEN);
    expect(loneLabelFinding(datasetOf(rowsOf([['books', 'yes', 9], ['books', 'no', 9], ['lamps', 'no', 9]])))?.remedies).toEqual([]);
  });
});

describe('parts too small to tell anything', () => {
  test('are looked for in group and domain together, and can be left out', () => {
    const grouped = datasetOf(EVEN.map((example, row) => ({ ...example, group: row < 4 || row >= 180 ? 'odd' : 'usual' })));
    const finding = smallGroupCellsFinding(grouped);
    expect(finding).toMatchObject({ title: '1 pair of group and domain with few examples', details: [expect.stringContaining('“odd” in “books”: 4 examples')], remedies: [{ label: 'Leave out the few (4 examples)' }] });
    expect(cleaned(grouped, finding?.remedies[0]).examples).toEqual(grouped.examples.slice(4));
    expect(smallGroupCellsFinding(datasetOf(EVEN))).toBeNull();
  });

  test('and without a remedy say what would be left', () => {
    const reasons = (...parts: Parameters<typeof rowsOf>[0][number][]): (string | undefined)[] => reportOf(datasetOf(rowsOf(parts))).findings.flatMap(({ remedies, details }) => (remedies.length > 0 ? [] : details.at(-1)));
    expect(reasons(['books', 'yes', 90], ['books', 'no', 3])).toEqual([
      'There is no remedy by one click: 6 examples would be left, and 8 are needed.',
      'There is no remedy by one click: “yes” would be the only label left, and a classifier chooses between labels.',
    ]);
    expect(reasons(['books', 'yes', 30], ['books', 'no', 60], ['lamps', 'no', 60])).toContain('There is no remedy by one click: “lamps” has no example of “yes”, so that its labels cannot be levelled.');
  });

  test('are told with the Wilson interval at one half, where it is widest', () => {
    for (const [n, low, high] of [[12, 25, 75], [29, 33, 67]] as const) {
      expect(tooFewToTell(n)).toBe(`${n} examples, too few to tell: with half of them right, the accuracy would be anywhere from ${low} to ${high} %`);
      const widest = Math.max(...Array.from({ length: n + 1 }, (_, correct) => wilson(correct, n)).map((interval) => interval.high - interval.low));
      expect(high - low).toBeGreaterThanOrEqual(Math.round(100 * widest) - 1);
    }
    expect(tooFewToTell(6, 12)).toBe('12 examples, 6 of them watched, too few to tell: with half of them right, the accuracy would be anywhere from 19 to 81 %');
  });

  test('are domains whose watched half is tiny, which can be merged or dropped', () => {
    const small = rowsOf([['lamps', 'yes', 6], ['lamps', 'no', 6], ['hats', 'yes', 10], ['hats', 'no', 10]]);
    const dataset = datasetOf([...EVEN, ...small]);
    const finding = smallDomainsFinding(dataset);
    expect(finding?.details).toEqual([`“lamps”: ${tooFewToTell(6, 12)}.`, `“hats”: ${tooFewToTell(10, 20)}.`]);
    const [merged, dropped] = (finding?.remedies ?? []).map((remedy) => cleaned(dataset, remedy));
    expect(merged?.domains).toEqual(['books', 'shoes', 'small domains']);
    expect(merged?.examples.map(({ text }) => text)).toEqual(dataset.examples.map(({ text }) => text));
    expect(dropped?.examples).toEqual(EVEN);
  });

  test.each([
    ['one other domain would be left', [['books', 'yes', 60], ['books', 'no', 60], ['lamps', 'yes', 6], ['lamps', 'no', 6]]],
    ['none would be left', [['books', 'yes', 6], ['books', 'no', 6], ['lamps', 'yes', 6], ['lamps', 'no', 6]]],
  ] as const)('are not dropped or merged where %s; one can go without domains then', (_, parts) => {
    const dataset = datasetOf(rowsOf(parts));
    const finding = smallDomainsFinding(dataset);
    expect(finding?.remedies.map(({ label }) => label)).toEqual(['Go without domains: hold out a part of all examples']);
    const without = cleaned(dataset, finding?.remedies[0]);
    expect(without).toMatchObject({ hasDomains: false, domains: ['All examples'] });
    expect(without.examples.map(({ text, label }) => [text, label])).toEqual(dataset.examples.map(({ text, label }) => [text, label]));
    expect(smallDomainsFinding(without)).toBeNull();
  });

  test('are labels, pairs of domain and label, and groups', () => {
    const rows = [...EVEN, ...rowsOf([['books', 'perhaps', 5], ['shoes', 'perhaps', 5], ['hats', 'yes', 60], ['hats', 'no', 3]])];
    const dataset = datasetOf(rows.map((example, row) => ({ ...example, group: row < 12 ? 'rare' : 'usual' })));
    expect(smallLabelsFinding(dataset)).toMatchObject({ count: 1, details: [`“perhaps”: ${tooFewToTell(10)}.`] });
    expect(smallCellsFinding(dataset)?.details).toEqual([expect.stringContaining('“no” in “hats”: 3 examples')]);
    expect(smallGroupsFinding(dataset)?.details).toEqual([`“rare”: ${tooFewToTell(12)}.`]);
    const cell = smallCellsFinding(dataset);
    expect(cell?.remedies[0]?.label).toBe('Leave out the few (3 examples)');
    expect(smallCellsFinding(cleaned(dataset, cell?.remedies[0]))).toBeNull();
    expect(smallGroupsFinding(dataset)?.remedies[0]?.label).toBe('Leave out the small group (12 examples)');
    expect(cleaned(dataset, smallGroupsFinding(dataset)?.remedies[0]).groups).toEqual(['usual']);
    expect(cleaned(dataset, smallLabelsFinding(dataset)?.remedies[0]).labels).toEqual(['yes', 'no']);
  });
});

describe('what the encoder reads', () => {
  const dataset = datasetOf(EVEN);
  const measured = (tokens: Readonly<Record<number, number>>, unknown: Readonly<Record<number, number>>): TokenMeasures => {
    const measures = readable(dataset);
    for (const [row, n] of Object.entries(tokens)) measures.tokens[Number(row)] = n;
    for (const [row, share] of Object.entries(unknown)) measures.unknownShare[Number(row)] = share;
    return measures;
  };

  test('is reported cut from the 129th token on', () => {
    expect(cutFinding(dataset, measured({ 3: 128 }, {}))).toBeNull();
    const finding = cutFinding(dataset, measured({ 3: 129, 7: 256 }, {}));
    expect(finding?.remedies[0]).toMatchObject({ label: 'Leave out the 2 long texts', edit: { kind: 'drop', rows: Uint32Array.of(3, 7) } });
    expect(finding).toMatchObject({ count: 2, severity: 'note', examples: [{ note: 'yes · books: 129 tokens' }, { note: 'yes · books: 256 tokens' }] });
    expect(finding?.details[0]).toContain('25.4 % is not read'); // mean of 1/129 and 1/2
  });

  test('is reported as unreadable from a third of unknown characters on, and dropped', () => {
    const finding = unreadableFinding(dataset, measured({}, { 1: 0.3, 2: 0.34, 9: 1 }));
    expect(finding).toMatchObject({ count: 2, details: [expect.any(String), '1 more has a few unknown characters.'] });
    expect(cleaned(dataset, finding?.remedies[0]).examples).toEqual(EVEN.filter((_, row) => row !== 2 && row !== 9));
    expect(unreadableFinding(dataset, measured({}, { 1: 0.3 }))).toBeNull();
  });

  test('is little in a text of one word or none, unless the script has no spaces', () => {
    const short = datasetOf([...EVEN, at('Fine!', 'yes'), at('…', 'no'), at('Two words', 'yes'), at('这部电影非常好看这部电影非常好看', 'yes')]);
    expect(shortFinding(short)).toMatchObject({ count: 2, details: ['1 has no word at all.'], examples: [{ text: 'Fine!' }, { text: '…' }] });
  });
});

test('a long text is shown shortened, never with half a character', () => {
  expect(excerpt('short')).toBe('short');
  expect(excerpt('😀'.repeat(300))).toBe(`${'😀'.repeat(140)}…`);
  expect(excerpt('a'.repeat(141))).toBe(`${'a'.repeat(140)}…`);
});

test('an import’s rows are told with why they were left out', () => {
  const none = { count: 0, firstRows: [] };
  const report = { file: 'shop.csv', files: [{ file: 'shop.csv', rowsRead: 130, examples: 120 }], rowsRead: 130, examples: 120, labels: 2, domains: 3, hasDomains: true, emptyText: { count: 3, firstRows: [4, 5, 6] }, emptyLabel: none, duplicates: { count: 7, firstRows: [9] }, truncated: none, maxTextLength: 4096, conflicting: none, noDomain: none, noGroup: none, spelledAlike: [] };
  expect(rowsKeptInWords(report)).toBe('Of 130 rows in shop.csv, 120 were kept; left out: 3 without a text, 7 equal to an earlier row.');
});

/** Guards the helpers above: a finding is a value, not a promise of one. */
test('findings can be sent between threads', () => {
  const dataset = datasetOf([...EVEN, at('Fine', 'yes')]);
  const [finding] = reportOf(dataset).findings as [Finding];
  expect(structuredClone(finding)).toEqual(finding);
});
