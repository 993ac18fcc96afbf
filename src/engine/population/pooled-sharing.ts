import { DEFAULT_KNOBS } from '../../core/knobs.ts';
import { EVALUATE_EVERY, type HeadSpec } from '../../core/run-record.ts';
import { parameterShapes, sizeOf } from '../head-shape.ts';
import type { MemberSpec, PopulationData } from './population.ts';

/**
 * Bytes of embeddings that may lie on other threads. Each holds them twice: once for populations to come, once in the kernel's memory.
 * So all threads take part up to 37,000 rows of width 512, and fewer beyond, where memory would run out.
 */
const COPIED_BYTES = 2 ** 30;

/**
 * Multiply-adds that other threads must take off this one between two evaluations for their messages to be worth it: some 0.2 ms of
 * work with a hidden layer, 1 ms with a linear head. A call that does nothing takes 0.1 ms more on another thread than on this one
 * (median of 3,000, Chromium, 2 busy cores; nine in ten below 0.25 ms).
 */
const WORTH_A_MESSAGE = 2 ** 21;

/**
 * How many threads beside this one a population should be spread over: no more than shorten the longest share, than memory has room for,
 * or than have enough to do; 0 where this one is as fast alone. Knobs are not known yet, so the default batch size is taken.
 * @param most how many there are
 */
export function usefulThreads(data: PopulationData, head: HeadSpec, members: readonly MemberSpec[], most: number): number {
  const threads = 1 + Math.min(most, Math.floor(COPIED_BYTES / (2 * data.features.byteLength)));
  const longestShare = Math.ceil(members.length / threads);
  const others = Math.ceil(members.length / longestShare) - 1;
  const weights = parameterShapes({ head, inputWidth: data.width, classes: data.classes }).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const rows = members.map(({ train, parts }) => {
    const trained = EVALUATE_EVERY * DEFAULT_KNOBS.batchSize * train.length;
    const scored = parts.reduce((sum, part) => sum + part.length, 0);
    return 2 * trained + scored; // a trained row goes through the weights forward, and once more for their gradient
  });
  const takenOff = (1 - longestShare / members.length) * weights * rows.reduce((sum, own) => sum + own, 0);
  return takenOff >= WORTH_A_MESSAGE ? others : 0;
}
