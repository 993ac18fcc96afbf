import type { TextKind } from '../../src/core/augment/kinds.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { trainableRows } from '../../src/core/splits.ts';
import type { VariantPart } from '../../src/protocol/variants.ts';
import type { Toy } from './training-data.ts';

/** Every so many variants, one has no text. */
const NONE_EVERY = 5;

/**
 * Made-up variants of the rows that may be trained on with the last domain held out, two of each: its point, pushed aside at random, the
 * same for the same kind, strength and number whatever is asked for at a time.
 */
export function madeUpVariants({ dataset, features }: Toy, kind: TextKind, from: number, to: number, strength = 0.1): VariantPart {
  const rows = trainableRows(dataset, dataset.domains.at(-1) as string);
  const width = features.length / dataset.examples.length;
  const total = 2 * rows.length;
  const numbers = Array.from({ length: Math.min(to, total) - from }, (_, i) => from + i);
  const source = Uint32Array.from(numbers, (number) => rows[number % rows.length] as number);
  const has = Uint8Array.from(numbers, (number) => (number % NONE_EVERY === NONE_EVERY - 1 ? 0 : 1));
  const points = numbers.flatMap((number, i) => (has[i] === 0 ? [] : [pushed(features.subarray((source[i] as number) * width, ((source[i] as number) + 1) * width), kind, number, strength)]));
  const all = new Float32Array(points.length * width);
  points.forEach((point, i) => all.set(point, i * width));
  return { kind, strength, from, total, source, has, features: all };
}

function pushed(point: Float32Array, kind: TextKind, number: number, strength: number): Float32Array {
  const noise = new Float32Array(point.length);
  new RandomStream(kind.length, STREAM.embeddingNoise, Math.round(100 * strength)).fillNormal(number, noise);
  const moved = point.map((value, i) => value + 0.3 * (noise[i] as number));
  const norm = Math.hypot(...moved);
  return moved.map((value) => value / norm);
}
