import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Checkpoint } from '../../src/core/checkpoint.ts';
import { effectiveKnobs, type EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import { DEFAULT_KNOBS, type KnobValues } from '../../src/core/knobs.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import type { MemberSpec, PopulationData, PopulationFactory } from '../../src/engine/population/population.ts';

/**
 * A run of five unlike members, in uneven chunks, with rests and returns. It must give `GOLDEN` on every machine and with any number of
 * threads. Where the arithmetic is changed on purpose, the failing tests print the new hashes.
 */
export const GOLDEN = {
  weights: ['d774fa967493f8b7', 'b00339223126fa1c', '4d1b2fcc02b474f6', '86c6d2be5d851d14', 'd8563d60f2a56b6d'],
  scores: '2c3af4bda484f8ca',
  logits: '58f903827ed245e6',
};

export const GOLDEN_HEAD: HeadSpec = { kind: 'hidden', width: 13 };
const WIDTH = 85;
const CLASSES = 3;
const DOMAINS = 4;
/** Rows in a domain. */
const ROWS = 24;
export const GOLDEN_STEPS = 30;

/** Four domains of unit-norm rows and random class; made by additions, multiplications, divisions and roots alone. */
export function goldenData(seed = 11): PopulationData {
  const random = new RandomStream(seed, STREAM.rowSample, 1);
  const count = DOMAINS * ROWS;
  const features = new Float32Array(count * WIDTH);
  for (let row = 0; row < count; row++) {
    const values = Array.from({ length: WIDTH }, (_, unit) => random.uniform(row, unit) - 0.5);
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    features.set(values.map((value) => value / norm), row * WIDTH);
  }
  return { features, width: WIDTH, classOf: Uint32Array.from({ length: count }, (_, row) => random.bits(row, WIDTH) % CLASSES), classes: CLASSES };
}

function rowsOf(domain: number, from = 0, to = ROWS): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => domain * ROWS + from + i);
}

/** Each holds out a domain of its own; the last trains on two, of unlike size. */
export const GOLDEN_MEMBERS: readonly MemberSpec[] = [
  ...Array.from({ length: DOMAINS }, (_, heldOut) => {
    const domains = Array.from({ length: DOMAINS }, (_unused, domain) => domain).filter((domain) => domain !== heldOut);
    return { seed: 100 + heldOut, train: domains.map((domain) => rowsOf(domain)), parts: [rowsOf(heldOut), rowsOf(domains[0] as number, 0, 10)] };
  }),
  { seed: 0xffffffff, train: [rowsOf(1), rowsOf(3, 5, 12)], parts: [rowsOf(0), new Uint32Array(), rowsOf(2, 3, 4)] },
];

const KNOBS: readonly Partial<KnobValues>[] = [
  { dropout: true, l2: true, batchSize: 8 },
  { noise: true, mixup: true, labelSmoothing: true, batchSize: 7 },
  { optimizer: 'sgd', weightDecay: true, inputDropout: true, batchSize: 5 },
  { objective: 'groupDro', averaging: true, l1: true, learningRateDecay: true, batchSize: 6 },
  { objective: 'irm', dropout: true, dropoutRate: 0.35, batchSize: 3 },
];

/** A member's knobs of `count` steps from `step` on. */
export function goldenKnobs(member: number, step: number, count: number): EffectiveKnobs[] {
  const knobs = { ...DEFAULT_KNOBS, ...KNOBS[member] };
  return Array.from({ length: count }, (_, i) => effectiveKnobs(knobs, step + i, GOLDEN_STEPS));
}

/** Steps of each member in each call; null where it rests. */
const CALLS: readonly (readonly (number | null)[])[] = [
  [7, 3, 1, 5, 2],
  [4, null, 9, 0, 6],
  [null, 8, 2, 10, 1],
  [6, 5, 3, null, 7],
  [13, 19, 15, 15, 14],
];
/** Before this call, member 1 goes back to where it was before the call that went ahead of it. */
const GOES_BACK_BEFORE = 4;

/** Trains the golden run. The population is disposed of after. */
export async function goldenRun(makePopulation: PopulationFactory): Promise<typeof GOLDEN> {
  const data = goldenData();
  const population = await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
  const scores = sha256.create();
  let saved: Checkpoint | null = null;
  for (const [call, steps] of CALLS.entries()) {
    if (call === GOES_BACK_BEFORE && saved) await population.restore(1, saved);
    saved = await population.checkpoint(1);
    const work = steps.flatMap((count, member) => (count === null ? [] : [{ member, steps: goldenKnobs(member, population.stepOf(member), count), score: (member + call) % 2 === 0 }]));
    for (const answer of await population.advance(work)) scores.update(utf8ToBytes(JSON.stringify(answer)));
  }
  const weights = [];
  const logits = sha256.create();
  for (let member = 0; member < population.count; member++) {
    weights.push(checkpointHash(await population.checkpoint(member)));
    for (const values of [await population.rowLogits(member, rowsOf(2)), await population.logits(member, data.features.subarray(WIDTH, 3 * WIDTH))]) logits.update(bytesOf(values));
  }
  population.dispose();
  return { weights, scores: shortHex(scores.digest()), logits: shortHex(logits.digest()) };
}

/** Everything in a checkpoint, to the bit. */
function checkpointHash({ step, batchPosition, tensors }: Checkpoint): string {
  const hash = sha256.create().update(utf8ToBytes(JSON.stringify({ step, batchPosition })));
  for (const { name, shape, values } of tensors) hash.update(utf8ToBytes(JSON.stringify({ name, shape }))).update(bytesOf(values));
  return shortHex(hash.digest());
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function shortHex(digest: Uint8Array): string {
  return bytesToHex(digest).slice(0, 16);
}
