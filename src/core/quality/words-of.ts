/** A run of letters, marks and digits, with apostrophes inside. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}\p{N}]+)*/gu;

/** What two words are compared by: Unicode NFC, lower case, one kind of apostrophe. */
function wordForm(word: string): string {
  return word.normalize('NFC').toLowerCase().replaceAll('’', "'");
}

/** The text's words, in order, in the form that they are compared by. */
export function wordsOf(text: string): string[] {
  return (text.match(WORD) ?? []).map(wordForm);
}

/** The text without every word of this form, the gaps closed; a text without the word as it is. */
export function withoutWord(text: string, form: string): string {
  let removed = false;
  let first = false;
  const rest = text.replace(WORD, (word, offset: number) => {
    if (wordForm(word) !== form) return word;
    removed = true;
    first ||= offset === 0;
    return '';
  });
  if (!removed) return text;
  const closed = rest.replace(/\s{2,}/gu, ' ').replace(/\s+(?=[.,;:!?])/gu, '').trim();
  return first ? closed.replace(/^[\s.,;:!?]+/u, '') : closed;
}
