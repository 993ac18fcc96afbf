import type { Operation } from './operation.ts';
import { changesFor, edited, spansOf, withCaseOf, wordsIn, type Edit } from './words.ts';

const NOT = 'do does did is are was were have has had would could should must need'.split(' ');
const PRONOUNS = ['i', 'you', 'he', 'she', 'it', 'we', 'they'];

/** Words in full and their contraction, both ways. */
export const ALWAYS: readonly (readonly [string, string])[] = [
  ...NOT.map((verb) => [`${verb} not`, `${verb}n't`] as const),
  ['cannot', "can't"],
  ['can not', "can't"],
  ['will not', "won't"],
];

/** Those that are contracted only before another word: “yes, I am” stays. */
export const BEFORE_A_WORD: readonly (readonly [string, string])[] = [
  ['i am', "i'm"],
  ...['you', 'we', 'they'].map((who) => [`${who} are`, `${who}'re`] as const),
  ...['he', 'she', 'it', 'that', 'there', 'here', 'what', 'who', 'where'].map((who) => [`${who} is`, `${who}'s`] as const),
  ...[...PRONOUNS, 'that', 'there'].map((who) => [`${who} will`, `${who}'ll`] as const),
  ...PRONOUNS.map((who) => [`${who} would`, `${who}'d`] as const),
];

/** Those whose verb helps another: “they have seen it”, but not “they have a dog”. */
export const BEFORE_A_PARTICIPLE: readonly (readonly [string, string])[] = [
  ...['i', 'you', 'we', 'they'].map((who) => [`${who} have`, `${who}'ve`] as const),
  ...['would', 'could', 'should', 'might', 'must'].map((verb) => [`${verb} have`, `${verb}'ve`] as const),
];

/** After “’s” these say that it stands for “has”, or may: it is not spelt out there. Neither is “’d”, which is “would” or “had”. */
const HAS = /^\s+(?:been|got|gone|become|\p{L}{2,}ed)(?!\p{L})/u;
const PARTICIPLE = /^\s+(?:never|always|ever|just|already|also|not|been|had|got|gone|seen|done|made|found|read|bought|used|tried|\p{L}{2,}ed)(?!\p{L})/iu;
const WORD_AHEAD = /^\s+\p{L}/u;

const NEEDS_WORD = new Set(BEFORE_A_WORD.map(([full]) => full));
const NEEDS_PARTICIPLE = new Set(BEFORE_A_PARTICIPLE.map(([full]) => full));

const TO_CONTRACT = new Map([...ALWAYS, ...BEFORE_A_WORD, ...BEFORE_A_PARTICIPLE]);
/** The first of two full forms: “can’t” becomes “cannot”. */
const TO_SPELL_OUT = new Map([...TO_CONTRACT].reverse().flatMap(([full, short]) => (short.endsWith("'d") ? [] : [[short, full] as const])));

const FULL_FORMS = asWords([...TO_CONTRACT.keys()].map((full) => full.replace(' ', '\\s+')));
const SHORT_FORMS = asWords([...TO_SPELL_OUT.keys()].map((short) => short.replace("'", "['’]")));

/** Contractions: at n places “do not” becomes “don’t”, or the other way round. */
export const changeContractions: Operation = (text, strength, random) => {
  const chosen = random.sample([...contracted(text), ...speltOut(text)], changesFor(wordsIn(text).length, strength));
  return edited(text, chosen);
};

function contracted(text: string): Edit[] {
  const apostrophe = text.includes('’') ? '’' : "'";
  return spansOf(text, FULL_FORMS).flatMap((span) => {
    const full = span.text.toLowerCase().replace(/\s+/u, ' ');
    const short = TO_CONTRACT.get(full);
    const rest = text.slice(span.to);
    if (short === undefined || (NEEDS_WORD.has(full) && !WORD_AHEAD.test(rest)) || (NEEDS_PARTICIPLE.has(full) && !PARTICIPLE.test(rest))) return [];
    return [{ ...span, text: withCaseOf(span.text, short).replace("'", apostrophe) }];
  });
}

function speltOut(text: string): Edit[] {
  return spansOf(text, SHORT_FORMS).flatMap((span) => {
    const short = span.text.toLowerCase().replace('’', "'");
    const full = TO_SPELL_OUT.get(short);
    if (full === undefined || (short.endsWith("'s") && HAS.test(text.slice(span.to)))) return [];
    return [{ ...span, text: withCaseOf(span.text, full) }];
  });
}

function asWords(patterns: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}_#@'’-])(?:${patterns.join('|')})(?![\\p{L}\\p{M}\\p{N}_'’-])`, 'giu');
}
