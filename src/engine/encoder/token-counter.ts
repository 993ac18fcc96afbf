import { normalized } from './tokenizer.ts';

/** What the vocabulary makes of a text. */
export interface TokenCount {
  /** All tokens of the first MAX_CHARACTERS characters, those beyond MAX_TOKENS too; 0 for a text without any. */
  readonly tokens: number;
  /** Share of the characters, white space apart, that are in no known token, 0 … 1. */
  readonly unknownShare: number;
}

/** Pieces that begin with the same code points; `token` is 0 where none ends here. */
interface PieceNode {
  readonly next: Map<number, PieceNode>;
  token: number;
  score: number;
}

/** "▁": stands for a space, and before the text. */
const SPACE = 0x2581;
/** Tokens that stand for no piece of text: unknown, and control symbols. */
const RESERVED = 6;

/**
 * Counts a text's tokens without the lists that `TextTokenizer` makes: linear in the text's length where the package's tokenizer is
 * quadratic. The same best segmentation, to the token: T. Kudo, "Subword regularization" (ACL 2018), section 3.2, by Viterbi's algorithm.
 */
export class TokenCounter {
  private readonly root: PieceNode = emptyNode();
  /** [tokens] code points of each piece. */
  private readonly lengths: Uint8Array;

  /** @param vocabulary pairs of piece and log probability, in order of token number: the parsed vocab.json. */
  constructor(vocabulary: readonly (readonly [string, number])[]) {
    this.lengths = Uint8Array.from(vocabulary, ([piece]) => [...piece].length);
    vocabulary.forEach(([piece, score], token) => {
      if (token < RESERVED) return;
      let node = this.root;
      for (const symbol of piece) {
        const code = symbol.codePointAt(0) as number;
        let next = node.next.get(code);
        if (!next) node.next.set(code, (next = emptyNode()));
        node = next;
      }
      node.token = token;
      node.score = score;
    });
  }

  count(text: string): TokenCount {
    if (text.trim() === '') return { tokens: 0, unknownShare: 0 };
    const symbols = symbolsOf(normalized(text));
    const last = this.lastTokens(symbols);
    let tokens = 0;
    let known = 0;
    let inUnknown = false;
    for (let end = symbols.length; end > 0; ) {
      const token = last[end] as number;
      const length = token === 0 ? 1 : (this.lengths[token] as number);
      if (token !== 0 || !inUnknown) tokens++; // neighbouring unknowns are one token
      inUnknown = token === 0;
      if (token !== 0) for (let i = end - length; i < end; i++) if (!isBlank(symbols[i] as number)) known++;
      end -= length;
    }
    let characters = 0;
    for (const symbol of symbols) if (!isBlank(symbol)) characters++;
    return { tokens, unknownShare: characters === 0 ? 0 : (characters - known) / characters };
  }

  /** [symbols + 1] the last token of the best segmentation of the first i symbols; 0 where that is an unknown symbol. */
  private lastTokens(symbols: Uint32Array): Uint16Array {
    const best = new Float64Array(symbols.length + 1);
    const last = new Uint16Array(symbols.length + 1);
    for (let start = 0; start < symbols.length; start++) {
      const soFar = best[start] as number;
      let matched = false;
      let node = this.root.next.get(symbols[start] as number);
      for (let end = start + 1; node; end++) {
        if (node.token !== 0) {
          matched = true;
          this.offer(best, last, end, soFar + node.score, node.token);
        }
        node = end < symbols.length ? node.next.get(symbols[end] as number) : undefined;
      }
      if (!matched) this.offer(best, last, start + 1, soFar, 0);
    }
    return last;
  }

  /** As the package does it: a score of 0 stands for “not reached yet”, and of equal scores the later counts. */
  private offer(best: Float64Array, last: Uint16Array, end: number, score: number, token: number): void {
    const known = best[end] as number;
    if (known !== 0 && score < known) return;
    best[end] = score;
    last[end] = token;
  }
}

/** Other white space than these becomes a space when the text is normalized. */
function isBlank(code: number): boolean {
  return code === SPACE || (code >= 0x09 && code <= 0x0d);
}

function emptyNode(): PieceNode {
  return { next: new Map(), token: 0, score: 0 };
}

/** The text's code points after a leading "▁", spaces as "▁". */
function symbolsOf(text: string): Uint32Array {
  const codes = [SPACE];
  for (const symbol of text) codes.push(symbol === ' ' ? SPACE : (symbol.codePointAt(0) as number));
  return Uint32Array.from(codes);
}
