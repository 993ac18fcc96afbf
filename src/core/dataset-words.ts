/** The first clause of what is to be minded about a data set, as a sentence: what has room beside the figures. The rest says why. @param caution that begins with a clause which stands by itself, up to a colon or a full stop */
export function cautionInShort(caution: string): string {
  const end = caution.search(/[:.](?:\s|$)/u);
  return `${end < 0 ? caution : caution.slice(0, end)}.`;
}
