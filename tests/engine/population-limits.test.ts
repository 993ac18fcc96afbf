import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import type { MemberSpec, PopulationData } from '../../src/engine/population/population.ts';
import { WasmPopulation } from '../../src/engine/population/wasm-population.ts';
import { kernelModule } from '../support/kernel.ts';
import { LINEAR, PLAIN, hidden, madeUpData, madeUpMember } from '../support/population.ts';

const HIDDEN = hidden(13);
const data = madeUpData(37, 7);
const CORAL = { ...PLAIN, objective: 'coral' as const, objectiveWeight: 1 };
const ALL: EffectiveKnobs = { ...CORAL, dropoutRate: 0.3, noiseNorm: 0.4, mixupAlpha: 0.3, averagingDecay: 0.9, batchSize: 5 };
/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;
let module: WebAssembly.Module;

beforeAll(async () => {
  module = await kernelModule();
}, COMPILING_MS);

function population(head: HeadSpec, ...seeds: readonly number[]): WasmPopulation {
  return new WasmPopulation(module, data, head, seeds.map((seed) => madeUpMember(data, seed)));
}

function train(trainer: WasmPopulation, steps: number, ...knobs: readonly EffectiveKnobs[]) {
  return trainer.advance(knobs.map((own, member) => ({ member, steps: Array.from({ length: steps }, () => own), score: true })));
}

describe('memory', () => {
  /** Bytes outside the heap after a collection; what the first finds dead is given back by the second. */
  const externalBytes = async (): Promise<number> => {
    setFlagsFromString('--expose-gc');
    for (let round = 0; round < 3; round++) {
      (runInNewContext('gc') as () => void)();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  };

  it('does not grow over 1,000 steps, and grows once for batches larger than a slider allows', async () => {
    const trainer = population(HIDDEN, 1, 2);
    const before = trainer.memoryBytes;
    const schedule = async (own: WasmPopulation): Promise<void> => {
      await train(own, 1000, ALL, { ...ALL, batchSize: 128 });
      await own.logits(1, data.features);
    };
    await schedule(trainer);
    expect(trainer.memoryBytes).toBe(before);
    const large = { ...ALL, objective: 'erm' as const, batchSize: 700 };
    await train(trainer, 3, large, PLAIN);
    const after = trainer.memoryBytes;
    expect(after).toBeGreaterThan(before);
    await train(trainer, 20, large, large);
    expect(trainer.memoryBytes).toBe(after);
    const fresh = population(HIDDEN, 1, 2);
    await schedule(fresh);
    await train(fresh, 3, large, PLAIN);
    await train(fresh, 20, large, large);
    expect(await fresh.checkpoint(1)).toEqual(await trainer.checkpoint(1));
  });

  it('comes back after each of 20 instances', async () => {
    const once = async (): Promise<number> => {
      const trainer = population(HIDDEN, 1, 2, 3);
      await train(trainer, 2, ALL, ALL, ALL);
      const size = trainer.memoryBytes;
      trainer.dispose();
      await expect(trainer.advance([])).rejects.toThrow('disposed of');
      return size;
    };
    await once();
    const before = await externalBytes();
    let size = 0;
    for (let i = 0; i < 20; i++) size = await once();
    expect((await externalBytes()) - before).toBeLessThan(3 * size);
  });
});

describe('what cannot be made is refused:', () => {
  const make = (own: Partial<PopulationData>, head: HeadSpec = HIDDEN, ...members: MemberSpec[]) => new WasmPopulation(module, { ...data, ...own }, head, members);
  const member = madeUpMember(data, 1);
  it.each<[string, () => unknown, string]>([
    ['an impossible head', () => make({}, hidden(1025), member), '1 to 1,024 units'],
    ['no members', () => make({}, HIDDEN), 'at least one member'],
    ['a training domain without rows', () => make({}, HIDDEN, { ...member, train: [new Uint32Array()] }), 'no rows'],
    ['no training domain', () => make({}, HIDDEN, { ...member, train: [] }), 'no rows'],
    ['rows beyond the data', () => make({}, HIDDEN, { ...member, parts: [Uint32Array.of(300)] }), 'row 300'],
    ['classes beyond the number', () => make({ classOf: data.classOf.map((c) => c + 1) }, HIDDEN, member), 'has class 7'],
    ['too many classes', () => make({ classes: 201 }, HIDDEN, member), '2 to 200 classes'],
    ['embeddings of another width', () => make({ width: 38 }, HIDDEN, member), 'embeddings of width 38'],
    ['groups for some rows only', () => make({ groupOf: new Uint32Array(5) }, HIDDEN, member), '5 groups'],
  ])('%s', (_, attempt, message) => {
    expect(attempt).toThrow(message);
  });
});

describe('work that cannot be done is refused before anything is changed:', () => {
  const good = { member: 0, steps: [PLAIN], score: true };
  const step = (knobs: Partial<EffectiveKnobs>) => [PLAIN, { ...PLAIN, ...knobs }];
  type Refusal = [name: string, head: HeadSpec, domains: number, knobs: Partial<EffectiveKnobs>, message: string];
  it.each<Refusal>([
    ['CORAL with a linear head', LINEAR, 3, { objective: 'coral' }, 'CORAL aligns hidden units, and a linear head on a frozen encoder has none.'],
    ['DANN with a linear head', LINEAR, 3, { objective: 'dann' }, 'DANN aligns hidden units, and a linear head on a frozen encoder has none.'],
    ...(['groupDro', 'vrex', 'irm', 'coral', 'dann'] as const).map(
      (objective): Refusal => [`${objective} with one domain`, HIDDEN, 1, { objective }, 'compares training domains, and there is only one.'],
    ),
  ])('%s', async (_, head, domains, knobs, message) => {
    const trainer = new WasmPopulation(module, data, head, [madeUpMember(data, 1), madeUpMember(data, 2, domains)]);
    const before = await trainer.checkpoint(0);
    await expect(trainer.advance([good, { member: 1, steps: step(knobs), score: false }])).rejects.toThrow(message);
    expect(await trainer.checkpoint(0)).toEqual(before);
  });

  it('a member named twice, or not there', async () => {
    const trainer = population(HIDDEN, 1, 2);
    const before = await trainer.checkpoint(0);
    await expect(trainer.advance([good, good])).rejects.toThrow('named twice');
    await expect(trainer.advance([good, { ...good, member: 2 }])).rejects.toThrow('no member 2 among 2');
    await expect(trainer.checkpoint(2)).rejects.toThrow('no member 2 among 2');
    expect(await trainer.checkpoint(0)).toEqual(before);
  });

  it('GroupDRO goes by groups where there are any, not by the number of domains', async () => {
    const spec = madeUpMember(data, 1, 1);
    const attempt = (groupOf: Uint32Array) =>
      new WasmPopulation(module, { ...data, groupOf }, LINEAR, [spec]).advance([{ member: 0, steps: step({ objective: 'groupDro' }), score: false }]);
    await expect(attempt(data.classOf.map((_, row) => row % 2))).resolves.toEqual([null]);
    // Rows 0 to 59 are all that the member trains on.
    await expect(attempt(data.classOf.map((_, row) => Number(row >= 60)))).rejects.toThrow('GroupDRO compares');
  });
});
