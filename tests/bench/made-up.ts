import type { Dataset } from '../../src/core/examples.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import type { EmbeddedDataset } from './workbench.ts';

/** Standard deviation of a row's own part in each of D dimensions, before it is scaled to norm 1. */
const NOISE = 0.16;
/** Length of what all domains agree on about a label, of what each domain adds of its own, and of what a domain's rows share. */
const COMMON = 0.2;
const PECULIAR = 0.3;
const SHIFT = 1;

/**
 * Made-up embeddings of unit norm with the structure that the page is about: two labels that lie apart along one direction in all domains
 * and, more clearly, along another one in each; domains lie apart as well. So a head that leans on a domain's own cue does worse elsewhere.
 * Always the same for the same numbers.
 */
export function madeUpDataset(domains: number, rows: number, width: number): EmbeddedDataset {
  const labels = ['down', 'up'];
  const names = Array.from({ length: domains }, (_, d) => `domain ${d + 1}`);
  const examples = Array.from({ length: rows }, (_, row) => ({ text: `text ${row}`, domain: names[row % domains] as string, label: labels[Math.floor(row / domains) % 2] as string }));
  const direction = (which: number): Float32Array => unit(normal(1, which, width));
  const common = direction(0);
  const features = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const d = row % domains;
    const sign = Math.floor(row / domains) % 2 === 0 ? -1 : 1;
    const [peculiar, shift] = [direction(1 + 2 * d), direction(2 + 2 * d)];
    const values = normal(2, row, width).map((own, i) => NOISE * own + sign * (COMMON * (common[i] as number) + PECULIAR * (peculiar[i] as number)) + SHIFT * (shift[i] as number));
    features.set(unit(values), row * width);
  }
  const dataset: Dataset = { id: `made-up ${domains} ${rows} ${width}`, name: 'made up', examples, labels, domains: names, groups: [], hasDomains: true };
  return { dataset, features };
}

/** Standard normal values of row `row`. */
function normal(seed: number, row: number, width: number): Float32Array {
  const values = new Float32Array(width);
  new RandomStream(seed, STREAM.embeddingNoise).fillNormal(row, values);
  return values;
}

/** The vector at norm 1. */
function unit(values: Float32Array): Float32Array {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}
