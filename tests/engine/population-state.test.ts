import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { wasmFolder } from '../../models/files.ts';
import type { Checkpoint } from '../../src/core/checkpoint.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { compileKernel } from '../../src/engine/population/kernel/build.mjs';
import type { MemberKnobs } from '../../src/engine/population/member-knobs.ts';
import { PopulationTrainer } from '../../src/engine/population/population-trainer.ts';
import { WasmHeadTrainer } from '../../src/engine/population/wasm-head-trainer.ts';
import { HeadTrainer } from '../../src/engine/trainer.ts';
import { PLAIN, madeUpData, relativeDistances, weightsOf } from '../support/population.ts';

const HIDDEN: HeadSpec = { kind: 'hidden', width: 13 };
const LINEAR: HeadSpec = { kind: 'linear' };
/** Everything on. mixup's alpha is 1, for which λ = x / (x + y) needs no power. */
const ALL: MemberKnobs = { learningRate: 0.003, dropoutRate: 0.3, l2Strength: 0.01, l1Strength: 0.0003, labelSmoothing: 0.1, noiseNorm: 0.4, mixupAlpha: 1, batchSize: 5 };
const data = madeUpData(37, 7);
/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;
let module: WebAssembly.Module;

beforeAll(async () => {
  await startBackend('wasm', { wasmPaths: wasmFolder() });
  module = await WebAssembly.compile(await compileKernel());
}, COMPILING_MS);

function population(head: HeadSpec, ...seeds: number[]): PopulationTrainer {
  return new PopulationTrainer(module, data, head, seeds);
}

function train(trainer: PopulationTrainer, steps: number, ...knobs: MemberKnobs[]): PopulationTrainer {
  for (let step = 0; step < steps; step++) trainer.trainStep(knobs);
  return trainer;
}

function fingerprint({ tensors }: Checkpoint): string {
  const hash = createHash('sha256');
  for (const { name, values } of tensors) hash.update(name).update(new Uint8Array(values.buffer));
  return hash.digest('hex').slice(0, 16);
}

describe('members', () => {
  it.each([HIDDEN, LINEAR])('give together, to the bit, what each gives alone: %o', async (head) => {
    const knobs = [ALL, PLAIN, { ...ALL, batchSize: 16, dropoutRate: 0.5, mixupAlpha: 0 }, { ...PLAIN, l2Strength: 0.1, batchSize: 3 }];
    const together = train(population(head, 1, 2, 3, 1), 30, ...knobs);
    const evaluations = together.evaluate();
    for (const [member, own] of knobs.entries()) {
      const alone = train(population(head, [1, 2, 3, 1][member] as number), 30, own);
      expect(together.checkpoint(member)).toEqual(alone.checkpoint(0));
      expect(evaluations[member]).toEqual(alone.evaluate()[0]);
    }
  });

  it('of one seed and different knobs are forks: equal up to the step where the knobs part', () => {
    const trainer = train(population(HIDDEN, 4, 4), 10, ALL, ALL);
    expect(trainer.checkpoint(0)).toEqual(trainer.checkpoint(1));
    train(trainer, 1, ALL, PLAIN);
    expect(trainer.checkpoint(0)).not.toEqual(trainer.checkpoint(1));
  });
});

describe('checkpoints', () => {
  it.each([HIDDEN, LINEAR])('bring a run back to the bit, in another member of another population too: %o', (head) => {
    const trainer = train(population(head, 8), 12, ALL);
    const saved = trainer.checkpoint(0);
    const later = train(trainer, 12, ALL).checkpoint(0);
    const other = population(head, 3, 8);
    other.restore(1, saved);
    expect(other.checkpoint(1)).toEqual(saved);
    expect(train(other, 12, PLAIN, ALL).checkpoint(1)).toEqual(later);
    trainer.restore(0, saved);
    expect(trainer.step).toBe(12);
    expect(train(trainer, 12, ALL).checkpoint(0)).toEqual(later);
  });

  it.each([HIDDEN, LINEAR])('are exchangeable with HeadTrainer’s, both ways: %o', async (head) => {
    const knobs = { ...ALL, l1Strength: 0, labelSmoothing: 0 };
    const own = new WasmHeadTrainer(module, data, head, 8);
    const theirs = new HeadTrainer(data, head, 8);
    expect(await own.checkpoint()).toEqual(await theirs.checkpoint());
    expect(own.sizes).toEqual(theirs.sizes);
    for (let step = 0; step < 20; step++) (step < 10 ? own : theirs).trainStep(knobs);
    const middle = await own.checkpoint();
    const crossed = new HeadTrainer(data, head, 8);
    crossed.restore(middle);
    for (let step = 0; step < 10; step++) {
      own.trainStep(knobs);
      crossed.trainStep(knobs);
    }
    const [end, reference, start] = [await own.checkpoint(), await crossed.checkpoint(), weightsOf(middle)];
    expect(end.batchPosition).toEqual(reference.batchPosition);
    for (const [name, distance] of relativeDistances(weightsOf(end), weightsOf(reference), start)) expect(distance, name).toBeLessThan(1e-5);
    own.restore(await theirs.checkpoint());
    expect(own.step).toBe(10);
    expect(await own.checkpoint()).toEqual(await theirs.checkpoint());
    const [a, b] = [await own.evaluate(), await theirs.evaluate()];
    expect(a.scores.validation.lossMean).toBeCloseTo(b.scores.validation.lossMean, 5);
    expect(a.scores.heldOut.correct).toBe(b.scores.heldOut.correct);
    const embedding = data.features.slice(0, 37);
    const probabilities = await theirs.predict(embedding);
    (await own.predict(embedding)).forEach((value, i) => expect(value).toBeCloseTo(probabilities[i] as number, 5));
    theirs.dispose();
    crossed.dispose();
  });

  it('of another head are refused, and leave the member as it was', () => {
    const trainer = train(population(HIDDEN, 8), 3, ALL);
    const before = trainer.checkpoint(0);
    expect(() => trainer.restore(0, population({ kind: 'hidden', width: 16 }, 8).checkpoint(0))).toThrow('does not fit this head');
    expect(trainer.checkpoint(0)).toEqual(before);
  });
});

describe('the same numbers on every machine', () => {
  // Change these only with a change of the mathematics, and say so: a recorded run would replay differently.
  it.each<[string, HeadSpec, string, string]>([
    ['hidden', HIDDEN, '1ee83b0590d37dfc', '2892275deb26d86e'],
    ['linear', LINEAR, '09cab37eb1e9db5f', '3e1b6ba2b23a3750'],
  ])('after 50 steps with every knob on, %s', (_, head, weights, logits) => {
    const trainer = train(population(head, 2024), 50, ALL);
    expect(fingerprint(trainer.checkpoint(0))).toBe(weights);
    const values = trainer.logits(0, data.features);
    expect(fingerprint({ step: 0, batchPosition: [], tensors: [{ name: '', shape: [], values }] })).toBe(logits);
  });
});

describe('logits', () => {
  it('do not depend on how many rows are asked for at once', () => {
    const trainer = train(population(HIDDEN, 8), 5, ALL);
    const many = new Float32Array(1000 * 37).map((_, i) => data.features[i % data.features.length] as number);
    const all = trainer.logits(0, many);
    for (const row of [0, 1, 383, 384, 999]) {
      expect(all.slice(row * 7, (row + 1) * 7)).toEqual(trainer.logits(0, many.slice(row * 37, (row + 1) * 37)));
    }
    expect(trainer.logits(0, new Float32Array())).toEqual(new Float32Array());
    expect(() => trainer.logits(0, new Float32Array(40))).toThrow('no whole number of embeddings');
  });
});

describe('memory', () => {
  const gc = (): void => {
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
  };
  const bytes = (trainer: PopulationTrainer): number => trainer.memoryBytes;

  it('does not grow over 1,000 steps, and grows once for batches larger than a slider allows', () => {
    const trainer = population(HIDDEN, 1, 2);
    const before = bytes(trainer);
    train(trainer, 1000, ALL, { ...ALL, batchSize: 128 });
    trainer.evaluate();
    trainer.logits(1, data.features);
    expect(bytes(trainer)).toBe(before);
    const large = { ...ALL, batchSize: 700 };
    train(trainer, 3, large, PLAIN);
    const after = bytes(trainer);
    expect(after).toBeGreaterThan(before);
    train(trainer, 20, large, large);
    expect(bytes(trainer)).toBe(after);
    const fresh = train(population(HIDDEN, 1, 2), 1000, ALL, { ...ALL, batchSize: 128 });
    train(train(fresh, 3, large, PLAIN), 20, large, large);
    expect(fresh.checkpoint(1)).toEqual(trainer.checkpoint(1));
  });

  it('comes back after each of 20 instances', async () => {
    const once = async (): Promise<number> => {
      const trainer = await PopulationTrainer.create(module, data, HIDDEN, [1, 2, 3]);
      train(trainer, 2, ALL, ALL, ALL);
      const size = bytes(trainer);
      trainer.dispose();
      expect(() => trainer.evaluate()).toThrow('disposed of');
      return size;
    };
    await once();
    gc();
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
    let size = 0;
    for (let i = 0; i < 20; i++) size = await once();
    await new Promise((resolve) => setTimeout(resolve, 20));
    gc();
    expect(process.memoryUsage().arrayBuffers + process.memoryUsage().external - before).toBeLessThan(3 * size);
  });
});

describe('what cannot be trained is refused:', () => {
  it.each<[string, () => unknown, string]>([
    ['an impossible head', () => population({ kind: 'hidden', width: 1025 }, 1), '1 to 1,024 units'],
    ['no members', () => population(HIDDEN), 'at least one seed'],
    ['knobs for another number of members', () => population(HIDDEN, 1, 2).trainStep([PLAIN]), '2 members need as many knobs, not 1'],
    ['a member that is not there', () => population(HIDDEN, 1).checkpoint(1), 'no member 1 among 1'],
    ['rows beyond the data', () => new PopulationTrainer(module, { ...data, split: { ...data.split, watched: Uint32Array.of(300) } }, HIDDEN, [1]), 'row 300'],
    ['classes beyond the labels', () => new PopulationTrainer(module, { ...data, classOf: data.classOf.map((c) => c + 1) }, HIDDEN, [1]), 'has class 7'],
    ['embeddings of another width', () => new PopulationTrainer(module, { ...data, width: 38 }, HIDDEN, [1]), 'embeddings of width 38'],
  ])('%s', (_, attempt, message) => {
    expect(attempt).toThrow(message);
  });
});
