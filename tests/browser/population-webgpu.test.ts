import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import type { PartScore } from '../../src/core/metrics.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import { compiledKernel } from '../../src/engine/browser-assets.ts';
import type { MemberSpec, PopulationFactory } from '../../src/engine/population/population.ts';
import { wasmPopulations } from '../../src/engine/population/wasm-population.ts';
import { openTrainingDevice, type TrainingDevice } from '../../src/engine/population/webgpu/training-device.ts';
import { webGpuPopulations } from '../../src/engine/population/webgpu/webgpu-population.ts';
import { AUGMENTED_CASES, augmentedTraining, withOwnClasses } from '../support/augmented-cases.ts';
import { MUTATIONS } from '../support/oracle-mutation.ts';
import { oracleWeights } from '../support/oracle.ts';
import { BOUND, KNOB_CASES, MUTATION_CASES, STEPS, changingObjectives, grouped, knobTraining, objectiveTraining, objectivesFor } from '../support/population-cases.ts';
import { LINEAR, PLAIN, hidden, madeUpData, madeUpMember, madeUpTraining, relativeDistances, trainedWeights, twoHidden, unequalClasses, type Training } from '../support/population.ts';
import { GPU_BOUND, partOf, trainedTogether, type Part } from '../support/webgpu-training.ts';

const HEADS: readonly [width: number, head: HeadSpec, classes: number][] = [
  [37, hidden(13), 7],
  [64, hidden(33), 150],
  [50, LINEAR, 200],
  [37, twoHidden(13), 7],
];

let device: TrainingDevice;
let gpu: PopulationFactory;
let wasm: PopulationFactory;

beforeAll(async () => {
  device = await openTrainingDevice();
  gpu = webGpuPopulations(device);
  wasm = wasmPopulations(await compiledKernel());
});

async function expectAgreement(training: Training): Promise<void> {
  const [own, expected] = [await trainedWeights(training, STEPS, gpu), await trainedWeights(training, STEPS, wasm)];
  expect([...own.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [tensor, distance] of relativeDistances(own, expected, training.start)) expect(distance, tensor).toBeLessThan(GPU_BOUND);
}

describe.each(HEADS)('a head of width %i → %o → %i classes comes out as in the WebAssembly kernel, up to rounding:', (width, head, classes) => {
  const data = classes === 2 ? unequalClasses(width) : madeUpData(width, classes);

  it.each(Object.keys(KNOB_CASES))('%s', async (name) => {
    await expectAgreement(knobTraining(data, head, name));
  });

  it.each(objectivesFor(head))('%s, %s', async (name, company) => {
    await expectAgreement(objectiveTraining(data, head, name, company));
  });
});

describe('an objective', () => {
  it('may change between any two steps, q and discriminator waiting meanwhile', async () => {
    await expectAgreement(changingObjectives());
  });

  it('of batches of one row a domain has no covariance and no IRMv1 penalty', async () => {
    for (const objective of ['irm', 'coral'] as const) {
      await expectAgreement(madeUpTraining(madeUpData(37, 7), hidden(13), () => ({ ...PLAIN, objective, objectiveWeight: 1, batchSize: 1 })));
    }
  });

  it('GroupDRO goes by groups that cut across domains, some absent from a batch', async () => {
    await expectAgreement(madeUpTraining(grouped, hidden(13), () => ({ ...PLAIN, objective: 'groupDro', objectiveWeight: 0.1, batchSize: 5 })));
  });
});

describe.each<[HeadSpec]>([[hidden(13)], [LINEAR]])('labels of a member’s own and augmented texts come out as in the WebAssembly kernel, up to rounding: %o,', (head) => {
  it.each(AUGMENTED_CASES)('%s', async (name) => {
    await expectAgreement(augmentedTraining(grouped, head, name));
  });
});

describe('the comparison', () => {
  it.each(MUTATIONS)('with what autodiff and a plain optimizer give notices: %s', async (mutation) => {
    await tf.setBackend('cpu');
    const training = MUTATION_CASES[mutation];
    const bound = mutation === 'one minus beta2 in float32' ? BOUND / 5 : BOUND; // that one is off by 1e-5 of a root
    const own = await trainedWeights(training, STEPS, gpu);
    const right = relativeDistances(own, await oracleWeights(training, STEPS), training.start);
    const wrong = relativeDistances(own, await oracleWeights(training, STEPS, mutation), training.start);
    expect(Math.max(...right.values())).toBeLessThan(bound);
    expect(Math.max(...wrong.values())).toBeGreaterThan(bound);
  });
});

const always = (knobs: Partial<EffectiveKnobs>, steps: number): EffectiveKnobs[] => Array.from({ length: steps }, () => ({ ...PLAIN, batchSize: 6, ...knobs }));

/** Members that differ in everything in which they may. One has nothing to do. */
function mixedCompany(): Part[] {
  const data = grouped;
  return [
    { spec: madeUpMember(data, 1), steps: always({}, 20) },
    { spec: madeUpMember(data, 2, 2), steps: always({ objective: 'groupDro', objectiveWeight: 0.1, dropoutRate: 0.3, batchSize: 9 }, 11) },
    { spec: madeUpMember(data, 3), steps: [] },
    { spec: madeUpMember(data, 4, 4), steps: always({ objective: 'dann', objectiveWeight: 1, noiseNorm: 0.3, mixupAlpha: 0.2 }, 7) },
    { spec: withOwnClasses(madeUpMember(data, 5), data), steps: always({ interpolationAlpha: 0.5, objective: 'coral', objectiveWeight: 3, optimizer: 'sgd', inputDropoutRate: 0.2, averagingDecay: 0.9, batchSize: 4 }, 20) },
    { spec: madeUpMember(data, 1), steps: always({ objective: 'irm', objectiveWeight: 10 }, 20) },
  ];
}

describe('members of a population', () => {
  it.each<[HeadSpec]>([[hidden(13)], [twoHidden(13)]])('together end with the bits of each alone: %o', async (head) => {
    const parts = mixedCompany();
    const together = await trainedTogether(grouped, head, parts, gpu);
    for (const [member, part] of parts.entries()) expect(together[member], `member ${member}`).toEqual((await trainedTogether(grouped, head, [part], gpu))[0]);
  });

  it('end with the same bits in waves, and in groups of few', async () => {
    const parts = mixedCompany();
    const together = await trainedTogether(grouped, hidden(13), parts, gpu);
    expect(await trainedTogether(grouped, hidden(13), parts, webGpuPopulations(device, { stateBytes: 40_000, activationBytes: 20_000 }))).toEqual(together);
  });

  it('keep their order over calls that nobody waits for, and rest while others train', async () => {
    const [, part] = mixedCompany() as [Part, Part];
    const [whole] = await trainedTogether(grouped, hidden(13), [part], gpu);
    const population = await gpu(grouped, hidden(13), [madeUpMember(grouped, 9), part.spec]);
    const early = population.advance([{ member: 1, steps: part.steps.slice(0, 4), score: false }]);
    expect(population.stepOf(1)).toBe(4);
    const between = population.checkpoint(1);
    void population.advance([{ member: 0, steps: always({}, 5), score: false }]);
    void population.advance([{ member: 1, steps: part.steps.slice(4), score: false }]);
    expect([population.stepOf(0), population.stepOf(1)]).toEqual([5, 11]);
    expect(await population.checkpoint(1)).toEqual(whole);
    expect((await between).step).toBe(4);
    expect(await early).toEqual([null]);
    population.dispose();
  });
});

describe('scores and logits', () => {
  const data = madeUpData(37, 7);
  const none = new Uint32Array();
  const spec: MemberSpec = { ...madeUpMember(data, 5), parts: [Uint32Array.from({ length: 300 }, (_, row) => 299 - row), none, Uint32Array.of(7)] };

  it.each<[string, Partial<EffectiveKnobs>, MemberSpec]>([
    ['of the weights', {}, spec],
    ['of averaged weights', { averagingDecay: 0.9 }, spec],
    ['by labels of the member’s own', {}, withOwnClasses(spec, data)],
  ])('%s are those of the WebAssembly kernel, up to rounding', async (_, knobs, own) => {
    const embeddings = Float32Array.from(data.features.subarray(37 * 2, 37 * 300), (value) => value / 2);
    const from = async (makePopulation: PopulationFactory) => {
      const population = await makePopulation(data, hidden(13), [madeUpMember(data, 6), own]);
      const scores = await population.advance([
        { member: 1, steps: always(knobs, 15), score: true },
        { member: 0, steps: always({}, 3), score: false },
      ]);
      const logits = await population.logits(1, embeddings);
      const rowLogits = await population.rowLogits(1, Uint32Array.of(8, 3, 8));
      const lone = await population.advance([{ member: 0, steps: [], score: true }]);
      population.dispose();
      return { scores, lone, logits, rowLogits };
    };
    const [found, expected] = [await from(gpu), await from(wasm)];
    expect(found.scores[1]).toBeNull();
    expectScores(found.scores[0], expected.scores[0]);
    expectScores(found.lone[0], expected.lone[0]);
    expect(found.logits).toHaveLength(298 * 7);
    found.logits.forEach((logit, i) => expect(logit).toBeCloseTo(expected.logits[i] as number, 4));
    expect(found.rowLogits).toHaveLength(3 * 7);
    found.rowLogits.forEach((logit, i) => expect(logit).toBeCloseTo(expected.rowLogits[i] as number, 4));
  });

  function expectScores(own: readonly PartScore[] | null | undefined, expected: readonly PartScore[] | null | undefined): void {
    expect(own?.map(({ n, correct }) => [n, correct])).toEqual(expected?.map(({ n, correct }) => [n, correct]));
    own?.forEach(({ lossMean, lossVariance }, part) => {
      expect(lossMean).toBeCloseTo(expected?.[part]?.lossMean as number, 4);
      expect(lossVariance).toBeCloseTo(expected?.[part]?.lossVariance as number, 3);
    });
  }
});

describe('a checkpoint', () => {
  const training = madeUpTraining(grouped, twoHidden(13), (step) => ({
    ...PLAIN,
    objective: step % 2 === 0 ? 'dann' : 'groupDro',
    objectiveWeight: 0.1,
    dropoutRate: 0.3,
    averagingDecay: 0.9,
    batchSize: 6,
  }));
  const { spec, steps } = partOf(training, STEPS);

  async function handedOver(first: PopulationFactory, second: PopulationFactory) {
    const before = await first(grouped, training.head, [spec]);
    await before.advance([{ member: 0, steps: steps.slice(0, 21), score: false }]);
    const after = await second(grouped, training.head, [madeUpMember(grouped, 8), spec]);
    await after.restore(1, await before.checkpoint(0));
    expect(after.stepOf(1)).toBe(21);
    await after.advance([{ member: 1, steps: steps.slice(21), score: false }]);
    const checkpoint = await after.checkpoint(1);
    before.dispose();
    after.dispose();
    return checkpoint;
  }

  it('goes on to the bit on the same device', async () => {
    expect(await handedOver(gpu, gpu)).toEqual((await trainedTogether(grouped, training.head, [{ spec, steps }], gpu))[0]);
  });

  it.each<[string, () => [PopulationFactory, PopulationFactory]]>([
    ['of the WebAssembly kernel goes on on WebGPU', () => [wasm, gpu]],
    ['of WebGPU goes on in the WebAssembly kernel', () => [gpu, wasm]],
  ])('%s', async (_, engines) => {
    const handed = await handedOver(...engines());
    const [whole] = await trainedTogether(grouped, training.head, [{ spec, steps }], wasm);
    expect(handed.tensors.map(({ name, shape }) => [name, shape])).toEqual(whole?.tensors.map(({ name, shape }) => [name, shape]));
    expect({ ...handed, tensors: [] }).toEqual({ ...whole, tensors: [] });
    const values = (checkpoint: typeof handed | undefined) => new Map(checkpoint?.tensors.filter(({ name }) => !/\.(m|v|steps)$/.test(name)).map(({ name, values: own }) => [name, own]));
    for (const [tensor, distance] of relativeDistances(values(handed), values(whole), training.start)) expect(distance, tensor).toBeLessThan(GPU_BOUND);
  });

  it('of another head is refused, and changes nothing', async () => {
    const other = await gpu(grouped, hidden(5), [spec]);
    const own = await gpu(grouped, training.head, [spec]);
    const before = await own.checkpoint(0);
    await expect(own.restore(0, await other.checkpoint(0))).rejects.toThrow(RangeError);
    expect(await own.checkpoint(0)).toEqual(before);
    other.dispose();
    own.dispose();
  });
});

describe('when the device is lost in mid-training', () => {
  it('calls reject, and a population on a new device goes on from the last checkpoint to the bits of an undisturbed run', async () => {
    const steps = always({ dropoutRate: 0.3 }, 40);
    const spec = madeUpMember(grouped, 3);
    const [undisturbed] = await trainedTogether(grouped, hidden(13), [{ spec, steps }], gpu);
    const doomed = await openTrainingDevice();
    const population = await webGpuPopulations(doomed)(grouped, hidden(13), [spec]);
    await population.advance([{ member: 0, steps: steps.slice(0, 15), score: false }]);
    const saved = await population.checkpoint(0);
    const pending = [
      population.advance([{ member: 0, steps: steps.slice(15), score: true }]),
      population.checkpoint(0),
      population.logits(0, grouped.features.slice(0, 37)),
      population.rowLogits(0, Uint32Array.of(1)),
    ];
    doomed.device.destroy();
    for (const result of await Promise.allSettled(pending)) expect(result).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(/lost/) } });
    await expect(population.advance([{ member: 0, steps: steps.slice(0, 1), score: false }])).rejects.toThrow(/lost/);
    await expect(webGpuPopulations(doomed)(grouped, hidden(13), [spec])).rejects.toThrow(/lost/);
    population.dispose();

    const next = await webGpuPopulations(await openTrainingDevice())(grouped, hidden(13), [spec]);
    await next.restore(0, saved);
    const left = steps.length - next.stepOf(0);
    expect(left).toBe(25);
    await next.advance([{ member: 0, steps: steps.slice(-left), score: false }]);
    expect(await next.checkpoint(0)).toEqual(undisturbed);
    next.dispose();
  });
});

describe('refusals', () => {
  const data = madeUpData(16, 3);
  const spec = madeUpMember(data, 1);

  it('of what cannot be trained come before anything is done', async () => {
    const population = await gpu(data, LINEAR, [spec]);
    const work = (knobs: Partial<EffectiveKnobs>, member = 0) => [{ member, steps: always(knobs, 2), score: true }];
    await expect(population.advance(work({ objective: 'coral' }))).rejects.toThrow(RangeError);
    await expect(population.advance(work({}, 1))).rejects.toThrow(RangeError);
    await expect(population.advance([...work({}), ...work({})])).rejects.toThrow(RangeError);
    await expect(population.logits(0, new Float32Array(17))).rejects.toThrow(RangeError);
    await expect(population.rowLogits(0, Uint32Array.of(300))).rejects.toThrow(RangeError);
    expect(population.stepOf(0)).toBe(0);
    expect((await population.advance(work({})))[0]).toHaveLength(2);
    population.dispose();
    await expect(population.checkpoint(0)).rejects.toThrow(/disposed/);
  });

  it('of what cannot be held', async () => {
    await expect(gpu(data, LINEAR, [])).rejects.toThrow(RangeError);
    await expect(gpu(data, hidden(2000), [spec])).rejects.toThrow(RangeError);
    await expect(gpu(data, LINEAR, [{ ...spec, parts: [Uint32Array.of(300)] }])).rejects.toThrow(RangeError);
    await expect(webGpuPopulations(device, { stateBytes: 100 })(data, LINEAR, [spec])).rejects.toThrow(RangeError);
  });
});
