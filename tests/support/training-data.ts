import { distinct, type Dataset } from '../../src/core/examples.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { shapedSplits } from '../../src/core/shaped-split.ts';
import type { RunData } from '../../src/engine/run-data.ts';
import { runDataOf } from '../../src/worker/run-data-of.ts';

export interface Toy {
  readonly dataset: Dataset;
  /** Unit-norm [N, width]. */
  readonly features: Float32Array;
}

export interface ToyOptions {
  readonly seed?: number;
  /** Rows of each domain. */
  readonly rows?: readonly number[];
  readonly classes?: number;
  readonly width?: number;
  /** Standard deviation of the noise on each value, beside a class direction of norm 1. */
  readonly noise?: number;
}

/** Labelled points on the unit sphere around one random direction a class: an easy problem, equal on every machine. */
export function toyData({ seed = 1, rows = [24, 16, 20], classes = 2, width = 16, noise = 0.2 }: ToyOptions = {}): Toy {
  const centres = Array.from({ length: classes }, (_, c) => unit(normals(seed, 1, c, width)));
  const examples = rows.flatMap((count, d) => Array.from({ length: count }, (_, i) => ({ text: `text ${i} of domain ${d}, seed ${seed}`, label: `class ${i % classes}`, domain: `domain ${d}` })));
  const features = new Float32Array(examples.length * width);
  examples.forEach(({ label }, row) => {
    const centre = centres[Number(label.split(' ')[1])] as Float32Array;
    const shaken = normals(seed, 2, row, width).map((value, i) => (centre[i] as number) + noise * value);
    features.set(unit(shaken), row * width);
  });
  const dataset: Dataset = {
    id: `toy ${JSON.stringify({ seed, rows, classes, width, noise })}`,
    name: 'toy',
    examples,
    labels: distinct(examples.map(({ label }) => label)),
    domains: distinct(examples.map(({ domain }) => domain)),
    groups: [],
    hasDomains: rows.length > 1,
  };
  return { dataset, features };
}

/** As a run takes it, with the last domain held out. @param seeds of its heads, or the seed of its only one */
export function trainingData({ dataset, features }: Toy, seeds: number | readonly number[] = 1, heldOut = dataset.domains.at(-1) as string, shape = DEFAULT_SHAPE): RunData {
  return runDataOf(dataset, features, shapedSplits(dataset, heldOut, typeof seeds === 'number' ? [seeds] : seeds, shape), 'domain');
}

function normals(seed: number, step: number, row: number, width: number): Float32Array {
  const values = new Float32Array(width);
  new RandomStream(seed, STREAM.embeddingNoise, step).fillNormal(row, values);
  return values;
}

function unit(values: Float32Array): Float32Array {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}
