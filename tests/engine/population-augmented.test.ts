import { beforeAll, describe, expect, it } from 'vitest';
import type { EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import { scoreRows } from '../../src/core/metrics.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { NO_VARIANT, type MemberSpec, type PopulationData, type VariantSet } from '../../src/engine/population/population.ts';
import { WasmPopulation } from '../../src/engine/population/wasm-population.ts';
import { active, withOwnClasses, withVariants } from '../support/augmented-cases.ts';
import { kernelModule } from '../support/kernel.ts';
import { LINEAR, PLAIN, hidden, madeUpData, madeUpMember, twoHidden } from '../support/population.ts';

const plain = { ...madeUpData(37, 7), groupOf: madeUpData(37, 4).classOf };
const data = withVariants(plain);
const HIDDEN = hidden(13);
/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;
let module: WebAssembly.Module;

beforeAll(async () => {
  module = await kernelModule();
}, COMPILING_MS);

const noisy = (seed: number, domains = 3): MemberSpec => withOwnClasses(madeUpMember(plain, seed, domains), plain);
const ALL: EffectiveKnobs = { ...PLAIN, batchSize: 6, variants: active(3, 4), noiseNorm: 0.3, mixupAlpha: 0.3, interpolationAlpha: 0.5, dropoutRate: 0.3 };

function train(population: WasmPopulation, steps: number, ...knobs: readonly EffectiveKnobs[]) {
  return population.advance(knobs.map((own, member) => ({ member, steps: Array.from({ length: steps }, () => own), score: true })));
}

describe('members with labels of their own and augmented texts', () => {
  it.each<[HeadSpec]>([[HIDDEN], [LINEAR], [twoHidden(11)]])('give together, to the bit, what each gives alone: %o', async (head) => {
    const specs = [noisy(1), madeUpMember(plain, 1), noisy(2, 2), noisy(3)];
    const knobs = [ALL, ALL, { ...ALL, objective: 'groupDro' as const, objectiveWeight: 0.1 }, { ...ALL, variants: [], batchSize: 9 }];
    const together = new WasmPopulation(module, data, head, specs);
    const scores = await train(together, 30, ...knobs);
    for (const [member, own] of knobs.entries()) {
      const alone = new WasmPopulation(module, data, head, [specs[member] as MemberSpec]);
      expect(scores[member]).toEqual((await train(alone, 30, own))[0]);
      expect(await together.checkpoint(member)).toEqual(await alone.checkpoint(0));
    }
    expect(await together.checkpoint(0)).not.toEqual(await together.checkpoint(1));
  });

  it('train and score as if the data had those labels', async () => {
    const own = noisy(1);
    const { classOf = new Uint32Array(), ...spec } = own;
    const theirs = new WasmPopulation(module, plain, HIDDEN, [own]);
    const all = new WasmPopulation(module, { ...plain, classOf }, HIDDEN, [spec]);
    expect(await train(theirs, 20, { ...ALL, variants: [] })).toEqual(await train(all, 20, { ...ALL, variants: [] }));
    expect(await theirs.checkpoint(0)).toEqual(await all.checkpoint(0));
  });

  it('are scored by their own labels', async () => {
    const spec = noisy(1);
    const population = new WasmPopulation(module, data, HIDDEN, [spec]);
    const [scores] = await train(population, 10, ALL);
    for (const [part, rows] of spec.parts.entries()) {
      const logits = await population.rowLogits(0, rows);
      const targets = rows.map((row) => spec.classOf?.[row] as number);
      expect(scores?.[part]).toEqual(scoreRows(logits, 7, targets, 0, rows.length));
      expect(scores?.[part]).not.toEqual(scoreRows(logits, 7, rows.map((row) => plain.classOf[row] as number), 0, rows.length));
    }
  });
});

describe('augmented texts', () => {
  it('that no step calls for change nothing', async () => {
    const [without, having] = [plain, data].map((own) => new WasmPopulation(module, own, HIDDEN, [madeUpMember(plain, 1)])) as [WasmPopulation, WasmPopulation];
    const knobs = { ...ALL, variants: [] };
    expect(await train(having, 20, knobs)).toEqual(await train(without, 20, knobs));
    expect(await having.checkpoint(0)).toEqual(await without.checkpoint(0));
  });

  it('that came in mid-training, in a population made anew and in another order, are those that were there from the start', async () => {
    const spec = noisy(1);
    const grown: PopulationData = { ...data, variants: [...data.variants].reverse() };
    const before = { ...ALL, variants: [] };
    const started = new WasmPopulation(module, plain, HIDDEN, [spec]);
    await train(started, 7, before);
    const later = new WasmPopulation(module, grown, HIDDEN, [spec]);
    await later.restore(0, await started.checkpoint(0));
    const whole = new WasmPopulation(module, data, HIDDEN, [spec]);
    await train(whole, 7, before);
    expect(await train(later, 20, ALL)).toEqual(await train(whole, 20, ALL));
    expect(await later.checkpoint(0)).toEqual(await whole.checkpoint(0));
  });

  it.each<[string, Partial<EffectiveKnobs>]>([
    ['more of them than there are', { variants: [{ kind: 'swap', strength: 0.1, count: 100_000 }] }],
    ['of another strength', { variants: [{ kind: 'swap', strength: 0.2, count: 1 }] }],
    ['of another kind', { variants: [{ kind: 'ocr', strength: 0.1, count: 1 }] }],
  ])('that are missing are refused before anything is changed: %s', async (_, knobs) => {
    const population = new WasmPopulation(module, data, HIDDEN, [madeUpMember(plain, 1)]);
    const before = await population.checkpoint(0);
    await expect(population.advance([{ member: 0, steps: [PLAIN, { ...PLAIN, ...knobs }], score: false }])).rejects.toThrow(/^The training calls for .* texts changed by (swap|ocr)/u);
    expect(await population.checkpoint(0)).toEqual(before);
  });
});

describe('what cannot be is refused:', () => {
  const make = (own: Partial<PopulationData>, spec: MemberSpec = madeUpMember(plain, 1)) => () => new WasmPopulation(module, { ...data, ...own }, HIDDEN, [spec]);
  const withSet = (set: Partial<VariantSet>) => make({ variants: [{ kind: 'swap', strength: 0.1, source: Uint32Array.of(0), row: Uint32Array.of(NO_VARIANT), ...set }] });
  it.each<[string, () => unknown, string]>([
    ['a class that is not there', make({}, { ...madeUpMember(plain, 1), classOf: plain.classOf.map((own) => own + 1) }), 'has class 7'],
    ['classes for too few rows', make({}, { ...madeUpMember(plain, 1), classOf: plain.classOf.slice(0, 200) }), 'names row 200, and there are classes for 200'],
    ['classes for more rows than there are', make({}, { ...madeUpMember(plain, 1), classOf: new Uint32Array(10_000) }), 'classes for 10000 rows'],
    ['a variant of a row that is not there', withSet({ source: Uint32Array.of(data.classOf.length) }), `names row ${data.classOf.length}`],
    ['a variant whose row is not there', withSet({ row: Uint32Array.of(data.classOf.length) }), `names row ${data.classOf.length}`],
    ['variants without sources', withSet({ source: new Uint32Array() }), '0 sources'],
    ['one kind and strength twice', make({ variants: [...data.variants, ...data.variants.slice(1, 2)] }), 'by swap at strength 0.1 are there twice'],
  ])('%s', (_, attempt, message) => {
    expect(attempt).toThrow(message);
  });

  it('but classes may end before the rows of variants', () => {
    expect(make({}, { ...madeUpMember(plain, 1), classOf: plain.classOf })).not.toThrow();
  });
});
