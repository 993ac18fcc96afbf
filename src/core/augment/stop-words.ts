/** Words that carry grammar rather than meaning: no synonym takes their place. Our own list of English function words. */
const STOP_WORDS = new Set(
  `a an the this that these those each every either neither some any no none both few many much more most other another such same own
  i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself we us our ours ourselves
  they them their theirs themselves who whom whose which what whoever whatever someone anyone everyone something anything everything nothing
  and or but nor so yet if then than because as until while although though unless whether since once
  of at by for with about against between among into onto through during before after above below to from up down in out on off over under
  again further per via within without upon
  am is are was were be been being have has had having do does did doing done will would shall should can could may might must ought
  not only very too just also even still already ever never always here there when where why how all now
  cannot yes okay ok oh one two three`
    .split(/\s+/u),
);

/** @param word in lower case; contractions count as stop words */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word) || /['’]/u.test(word);
}
