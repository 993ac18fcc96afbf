import type { Dataset } from '../examples.ts';
import { count, counted, percent } from '../format.ts';
import { gainOf, type OneWordRule } from './one-word-rules.ts';
import { examplesOf, offered, tooLittleLeft, type Finding, type Offer } from './report.ts';
import { withoutWord, wordsOf } from './words-of.ts';

/** Words told of. */
const WORDS_SHOWN = 5;
/** Gain of a one-word rule, as a share of the rows, from which it spoils the figures. */
const SERIOUS_GAIN = 0.2;

/** One finding for each of the words that give the label away most. @param rules best first */
export function oneWordFindings(dataset: Dataset, rules: readonly OneWordRule[]): Finding[] {
  return rules.slice(0, WORDS_SHOWN).map((rule) => {
    const rows = rowsWith(dataset, rule.word);
    return {
      key: `word ${rule.word}`,
      severity: gainOf(rule) >= SERIOUS_GAIN ? 'serious' : 'look',
      title: `The word “${rule.word}” gives away “${rule.label}”: ${count(rule.withBoth)} of ${counted(rule.withWord, 'example')}`,
      count: rule.withWord,
      details: details(dataset, rule),
      rows: Uint32Array.from(rows),
      why: 'A head may learn the word instead of the meaning, and fail where the word is used otherwise. Where the word is what the label is about, all is well; where it comes from how the data was gathered, it is a shortcut.',
      examples: examplesOf(dataset, rows),
      ...offered(removal(dataset, rule.word)),
    };
  });
}

function details(dataset: Dataset, rule: OneWordRule): string[] {
  const where = dataset.hasDomains ? ` in ${rule.domains.length <= 4 ? rule.domains.map((domain) => `“${domain}”`).join(', ') : counted(rule.domains.length, 'domain')}` : '';
  const elsewhere = rule.reversed.map(({ domain, withWord, withBoth }) => `In “${domain}” it is the other way round: ${count(withBoth)} of ${counted(withWord, 'example')} with the word.`);
  return [
    `A rule that looks for this word alone would score ${percent(rule.right / rule.rows)}${where}; always giving the same answer scores ${percent(rule.constantRight / rule.rows)} (n = ${count(rule.rows)}).`,
    ...elsewhere,
    'Chance alone would hardly do it: Fisher’s exact test, corrected for all words tried.',
  ];
}

function rowsWith({ examples }: Dataset, word: string): number[] {
  return examples.flatMap(({ text }, row) => (wordsOf(text).includes(word) ? [row] : []));
}

function removal(dataset: Dataset, word: string): readonly Offer[] {
  const refused = tooLittleLeft(dataset, (row) => withoutWord(dataset.examples[row]?.text ?? '', word) !== '');
  if (refused !== null) return [{ refused }];
  return [{ label: `Take “${word}” out of every text`, done: `Took the word “${word}” out of every text.`, result: `“${word}” taken out`, edit: { kind: 'remove-word', word } }];
}
