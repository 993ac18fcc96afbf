import { OBJECTIVES } from '../../../core/objectives.ts';
import { STREAM, threefry2x32, type Stream } from '../../../core/rng.ts';
import type { StepPlan } from '../step-plan.ts';

/** One member's part in one turn: what the kernels' `Slot` and `BatchRow`s say of it. */
export interface SlotJob {
  /** Place of the member in its wave. */
  readonly member: number;
  /** Rows of the data [B]; B may be 0. */
  readonly rows: Uint32Array;
  /** Class of each [B]. */
  readonly classes: Uint32Array;
  /** Training by a plan; else evaluation, without noise, blending or dropout. */
  readonly plan: StepPlan | null;
  readonly domains: number;
  readonly groups: number;
  /** Where weights are read, in vec4s from the state's start. */
  readonly valuesAt: number;
  /** Place of the first row in the member's scores. */
  readonly firstScore: number;
  /** For `summarize`, which has no rows: the lengths of the member's parts. */
  readonly partLengths?: readonly number[];
}

/** One 4-byte word of `Slot` each, in the order of bindings.wgsl. */
export const SLOT_WORDS = 36;
export const BATCH_ROW_WORDS = 4;
const FLAG = { zeroMoments: 1, isSgd: 2, startsAverage: 4, isMixed: 8, zeroDiscriminatorMoments: 16 } as const;

/** Memory of one turn's slots [SLOT_WORDS each]. */
export interface SlotMemory {
  readonly words: Uint32Array;
  readonly floats: Float32Array;
}

/** @param at first word. @param stride R. @param plane rows of all slots */
export function writeSlot({ words, floats }: SlotMemory, at: number, job: SlotJob, stride: number, plane: number): void {
  const { member, rows, plan, domains, groups, valuesAt, firstScore } = job;
  words.set([member, rows.length, stride, plane, plan?.knobs.batchSize ?? 0, domains, groups, plan ? flagsOf(plan) : 0], at);
  words[at + 8] = plan ? OBJECTIVES.indexOf(plan.knobs.objective) : 0;
  words[at + 10] = valuesAt;
  words[at + 11] = firstScore;
  if (!plan) return;
  const { knobs, optimizer, discriminator, shrink, mixing, sigma, dropout, inputDropout } = plan;
  floats[at + 9] = knobs.objectiveWeight;
  const d = Math.fround(knobs.averagingDecay);
  floats.set([optimizer.stepSize, optimizer.epsilon, knobs.l2Strength, knobs.l1Strength, shrink, d, 1 - knobs.averagingDecay], at + 12);
  floats.set([knobs.labelSmoothing, mixing?.lambda ?? 1, sigma], at + 19);
  words[at + 22] = dropout.threshold;
  floats[at + 23] = dropout.keep;
  words[at + 24] = inputDropout.threshold;
  floats[at + 25] = inputDropout.keep;
  floats.set([discriminator.stepSize, discriminator.epsilon], at + 26);
  [STREAM.dropout, STREAM.secondDropout, STREAM.inputDropout, STREAM.embeddingNoise].forEach((stream, i) => words.set(keyOf(plan, stream), at + 28 + 2 * i));
}

/** One entry a row: row, partner's place, own class + 2¹⁶ × partner's, group; or one a part: from, to. @param at first word */
export function writeBatch(words: Uint32Array, at: number, { rows, classes, plan, partLengths = [] }: SlotJob): void {
  let end = 0;
  partLengths.forEach((length, part) => words.set([end, (end += length)], at + BATCH_ROW_WORDS * part));
  const partners = plan?.mixing?.partners;
  const groups = plan?.groups;
  rows.forEach((row, i) => {
    const partner = partners ? (partners[i] as number) : i;
    const to = at + BATCH_ROW_WORDS * i;
    words[to] = row;
    words[to + 1] = partner;
    words[to + 2] = (classes[i] as number) | ((classes[partner] as number) << 16);
    words[to + 3] = groups ? (groups[i] as number) : 0;
  });
}

function flagsOf({ knobs, optimizer, discriminator, startsAverage, mixing }: StepPlan): number {
  return (
    (optimizer.zeroMoments ? FLAG.zeroMoments : 0) |
    (knobs.optimizer === 'sgd' ? FLAG.isSgd : 0) |
    (startsAverage ? FLAG.startsAverage : 0) |
    (mixing ? FLAG.isMixed : 0) |
    (discriminator.zeroMoments ? FLAG.zeroDiscriminatorMoments : 0)
  );
}

/** The key under which kernels draw (row, unit), as RandomStream's. */
function keyOf({ seed, step }: StepPlan, stream: Stream): Uint32Array {
  const key = new Uint32Array(2);
  threefry2x32(seed | 0, stream, step | 0, 0, key);
  return key;
}
