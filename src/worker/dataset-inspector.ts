import { textKey, type Dataset } from '../core/examples.ts';
import type { LeftOut } from '../core/left-out.ts';
import { inspect } from '../core/quality/inspect.ts';
import { alikeRows } from '../core/quality/near-copies.ts';
import type { TokenMeasures } from '../core/quality/readable-texts.ts';
import type { QualityReport } from '../core/quality/report.ts';
import type { SplitChoice } from '../core/quality/split-copies.ts';
import { MAX_TOKENS } from '../engine/encoder/tokenizer.ts';
import type { TokenCounter } from '../engine/encoder/token-counter.ts';
import type { OnProgress } from '../protocol/progress.ts';
import { workInTurns } from './work-in-turns.ts';

/** Texts tokenized between two looks at the clock. */
const TEXTS_AT_ONCE = 50;

/** The stages, with what each is of the whole time, roughly. */
const STAGES = [
  { doing: 'comparing texts', share: 0.5 },
  { doing: 'reading tokens', share: 0.3 },
  { doing: 'counting words', share: 0.2 },
] as const;

export interface InspectionOptions {
  /** Unit-norm embeddings of rows, undefined where a row has none. */
  readonly vectorsOf: (rows: readonly number[]) => Promise<readonly (Float32Array | undefined)[]>;
  readonly counter: TokenCounter;
  /** Of the run that there is; null where there is none. */
  readonly split: SplitChoice | null;
  /** What its import left out; null where nothing is known of one. */
  readonly leftOut: LeftOut | null;
  /** Milliseconds, by a clock that never goes back. */
  readonly nowMs: () => number;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** Checks a data set in short turns. @throws the signal's reason when aborted */
export async function inspectInTurns(dataset: Dataset, options: InspectionOptions): Promise<QualityReport> {
  const keys = dataset.examples.map(({ text }) => textKey(text));
  const alike = await inTurns(alikeRows(dataset, keys), 0, options);
  const rows = [...new Set(alike.flatMap(({ earlier, later }) => [earlier, later]))];
  const found = await options.vectorsOf(rows);
  const vectors = new Map(rows.map((row, i) => [row, found[i]]));
  const measures = await inTurns(measure(dataset, options.counter), 1, options);
  return inTurns(inspect(dataset, { keys, alike, vectorOf: (row) => vectors.get(row), measures, split: options.split, leftOut: options.leftOut }), 2, options);
}

function* measure({ examples }: Dataset, counter: TokenCounter): Generator<number, TokenMeasures> {
  const tokens = new Uint32Array(examples.length);
  const unknownShare = new Float32Array(examples.length);
  for (const [row, { text }] of examples.entries()) {
    if (row % TEXTS_AT_ONCE === 0) yield row / examples.length;
    const counted = counter.count(text);
    tokens[row] = counted.tokens;
    unknownShare[row] = counted.unknownShare;
  }
  return { tokens, unknownShare, maxTokens: MAX_TOKENS };
}

/** Runs a stage to its end in turns, reporting the shares that it yields. */
function inTurns<T>(work: Generator<number, T>, stage: number, { nowMs, onProgress, signal }: InspectionOptions): Promise<T> {
  const { doing, share } = STAGES[stage] as (typeof STAGES)[number];
  const before = STAGES.slice(0, stage).reduce((sum, each) => sum + each.share, 0);
  return workInTurns(work, { nowMs, signal, onPause: (done) => onProgress({ kind: 'check', share: before + share * done, doing }) });
}
