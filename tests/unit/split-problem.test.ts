import { describe, expect, test } from 'vitest';
import { HELD_OUT_SAMPLE, SINGLE_DOMAIN, type Example } from '../../src/core/examples.ts';
import { heldOutOrProblem } from '../../src/core/split-problem.ts';
import { datasetOf } from '../support/quality-data.ts';

const rows = (count: number, label: string, domain = SINGLE_DOMAIN): Example[] => Array.from({ length: count }, (_, i) => ({ text: `${label} ${i} of ${domain}`, label, domain }));
const undivided = (examples: readonly Example[]): Example[] => examples.map((example) => ({ ...example, domain: SINGLE_DOMAIN }));

test('data that can be split has a domain to hold out', () => {
  expect(heldOutOrProblem(datasetOf([...rows(4, 'a', 'web'), ...rows(4, 'b', 'web'), ...rows(4, 'a', 'mail')]))).toBe('mail');
});

describe('labels that go with the domains', () => {
  const apart = [...rows(6, 'a', 'web'), ...rows(6, 'b', 'mail'), ...rows(6, 'c', 'shop')];

  test('are told, with what helps', () => {
    expect(heldOutOrProblem(datasetOf(apart))).toEqual({ message: expect.stringMatching(/^Whichever domain is held out/u), remedy: expect.stringMatching(/^Give each label examples in two domains or more\. Or import the data with “None” for the domain/u) });
  });

  test('can be split when the remedy is followed, either way', () => {
    expect(heldOutOrProblem(datasetOf([...apart, ...rows(6, 'a', 'mail'), ...rows(6, 'b', 'shop'), ...rows(6, 'c', 'web')]))).toBe('shop');
    expect(heldOutOrProblem(datasetOf(undivided(apart)))).toBe(HELD_OUT_SAMPLE);
  });
});

test('texts that two domains share teach neither of the other', () => {
  const shared = rows(4, 'a', 'web').flatMap((row, i) => [{ ...row, label: i % 2 ? 'a' : 'b' }, { ...row, label: i % 2 ? 'a' : 'b', domain: 'mail' }]);
  expect(heldOutOrProblem(datasetOf(shared))).toMatchObject({ message: expect.stringContaining('texts that stand on both sides are left out') });
});

describe('too few texts of a label, without domains', () => {
  const scarce = [...rows(8, 'a'), ...rows(1, 'b')];

  test('are told without a word of domains, with what helps', () => {
    expect(heldOutOrProblem(datasetOf(scarce))).toEqual({ message: expect.not.stringContaining('domain'), remedy: expect.not.stringContaining('domain') });
  });

  test('can be split when the remedy is followed', () => {
    expect(heldOutOrProblem(datasetOf([...scarce, { text: 'another', label: 'b', domain: SINGLE_DOMAIN }]))).toBe(HELD_OUT_SAMPLE);
  });
});
