import type { Dataset } from '../examples.ts';
import { count, counted, percent } from '../format.ts';
import { ANY_EMOJI, cueName, cueObject, cuesOf, withoutCues } from './cues.ts';
import { gainOf, recallOf, type OneWordRule } from './one-word-rules.ts';
import { examplesOf, offered, tooLittleLeft, type Finding, type Offer } from './report.ts';

/** Words told of. */
const WORDS_SHOWN = 5;
/** Words listed of the others. */
const WORDS_LISTED = 10;
/** Gain of a one-word rule, as a share of the rows, or share of the label's rows that it marks, from which it spoils the figures. */
const SERIOUS_GAIN = 0.2;
const SERIOUS_RECALL = 0.9;

/** One finding for each of the words that give the label away most, and one for those that are left. @param rules best first */
export function oneWordFindings(dataset: Dataset, rules: readonly OneWordRule[]): Finding[] {
  const told = rules.slice(0, WORDS_SHOWN).map((rule): Finding => {
    const rows = rowsWith(dataset, rule.word);
    return {
      key: `word ${rule.word}`,
      severity: !namesLabel(rule) && (gainOf(rule) >= SERIOUS_GAIN || recallOf(rule) >= SERIOUS_RECALL) ? 'serious' : 'look',
      title: `${cueName(rule.word)} gives away “${rule.label}”: ${count(rule.withBoth)} of ${counted(rule.withWord, 'example')}`,
      count: rule.withWord,
      details: details(dataset, rule),
      rows: Uint32Array.from(rows),
      why: 'A head may learn this instead of the meaning, and fail where it is used otherwise. Where it is what the label is about, all is well; where it comes from how the data was gathered, it is a shortcut.',
      examples: examplesOf(dataset, rows),
      ...offered(removal(dataset, [rule.word], cueObject(rule.word))),
    };
  });
  return rules.length > WORDS_SHOWN ? [...told, othersFinding(dataset, rules.slice(WORDS_SHOWN))] : told;
}

function othersFinding(dataset: Dataset, rules: readonly OneWordRule[]): Finding {
  const listed = rules.slice(0, WORDS_LISTED).map(({ word, label, withWord, withBoth }) => `${cueObject(word)} (“${label}”, ${count(withBoth)} of ${counted(withWord, 'example')})`);
  return {
    key: 'more words',
    severity: 'look',
    title: `${counted(rules.length, 'more word gives', 'more words give')} a label away`,
    count: rules.length,
    details: [`${listed.join('; ')}${rules.length > WORDS_LISTED ? '; and others' : ''}.`],
    rows: new Uint32Array(),
    why: 'The five that do it most are told one by one. Where many do, they may well be what the labels are about.',
    examples: [],
    ...offered(removal(dataset, rules.map(({ word }) => word), `the ${counted(rules.length, 'word')}`)),
  };
}

function details(dataset: Dataset, rule: OneWordRule): string[] {
  const where = dataset.hasDomains ? ` in ${rule.domains.length <= 4 ? rule.domains.map((domain) => `“${domain}”`).join(', ') : counted(rule.domains.length, 'domain')}` : '';
  const elsewhere = rule.reversed.map(({ domain, withWord, withBoth }) => `In “${domain}” it is the other way round: ${count(withBoth)} of ${counted(withWord, 'example')} with it.`);
  return [
    `It stands in ${count(rule.withBoth)} of the ${counted(rule.ofLabel, 'example')} labelled “${rule.label}”${where}.`,
    `A rule that looks for this alone would score ${percent(rule.right / rule.rows)}${where}; always giving the same answer scores ${percent(rule.constantRight / rule.rows)} (n = ${count(rule.rows)}).`,
    ...elsewhere,
    ...(rule.word === ANY_EMOJI ? ['Emoji count as one: to the encoder, which knows only ♥, they are all the same unknown token.'] : []),
    ...(namesLabel(rule) ? ['The label is called by this word: it may well be what it is about.'] : []),
    'Chance alone would hardly do it: Fisher’s exact test, corrected for all words tried.',
  ];
}

/** Whether the word stands in the label's own name. */
function namesLabel({ word, label }: OneWordRule): boolean {
  return cuesOf(label.replaceAll('_', ' ')).includes(word);
}

function rowsWith({ examples }: Dataset, word: string): number[] {
  return examples.flatMap(({ text }, row) => (cuesOf(text).includes(word) ? [row] : []));
}

/** @param what is taken out, in words */
function removal(dataset: Dataset, words: readonly string[], what: string): readonly Offer[] {
  const refused = tooLittleLeft(dataset, (row) => withoutCues(dataset.examples[row]?.text ?? '', words) !== '');
  if (refused !== null) return [{ refused }];
  const [word, ...others] = words;
  const edit = word !== undefined && others.length === 0 ? ({ kind: 'remove-word', word } as const) : ({ kind: 'remove-words', words } as const);
  return [{ label: `Take ${what} out of every text`, done: `Took ${what} out of every text.`, result: `${what} taken out`, edit }];
}
