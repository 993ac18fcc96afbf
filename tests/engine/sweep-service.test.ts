import { describe, expect, it } from 'vitest';
import { curveLength, unpackEvaluation, type Evaluation } from '../../src/core/curve.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { shapedSplits } from '../../src/core/shaped-split.ts';
import { sweepSeeds, type SweepRequest } from '../../src/core/sweep-grid.ts';
import { cellKnobs, type SweepCell, type SweepResult } from '../../src/core/sweep-scores.ts';
import type { MemberSpec, PopulationFactory } from '../../src/engine/population/population.ts';
import { sizesOf } from '../../src/engine/run-data.ts';
import { scoredTrainRows } from '../../src/engine/scored-rows.ts';
import type { SweepProgress } from '../../src/protocol/sweep.ts';
import type { Looks } from '../../src/protocol/trainer.ts';
import { runDataOf } from '../../src/worker/run-data-of.ts';
import { SweepService } from '../../src/worker/sweep-service.ts';
import { SCORINGS } from '../../src/worker/sweep-wave.ts';
import { kernelPopulations } from '../support/kernel.ts';
import { replayed } from '../support/replayed.ts';
import { newRecord } from '../support/runs.ts';
import { toyData, type Toy } from '../support/training-data.ts';

/** Sweeps as the training worker makes them, on the real kernel. */

const TOY = toyData({ noise: 1.2, width: 12 });
const HELD_OUT = 'domain 2';
const STEPS = 40;
const REQUEST: SweepRequest = {
  conditions: {
    datasetId: TOY.dataset.id,
    datasetName: TOY.dataset.name,
    heldOutDomain: HELD_OUT,
    head: { kind: 'hidden', width: 8 },
    seed: 1,
    groupBy: 'domain',
    shape: DEFAULT_SHAPE,
    knobs: { ...DEFAULT_KNOBS, batchSize: 4, learningRateDecay: true },
    steps: STEPS,
  },
  x: { knob: 'l2Strength', from: 1e-4, to: 1e-1, positions: 4 },
  y: { knob: 'dropoutRate', from: 0.1, to: 0.9, positions: 3 },
  seeds: 2,
};
const CELLS = 12;

interface Tested {
  readonly service: SweepService;
  readonly reports: SweepProgress[];
  /** Members of each population that was made. */
  readonly populations: (readonly MemberSpec[])[];
  alive(): number;
  readonly looks: { datasetId: string; heldOutDomain: string; add: Looks }[];
  run(request?: SweepRequest, onProgress?: (progress: SweepProgress) => void): Promise<SweepResult>;
}

/** @param msPerLook each look at the clock finds so much time gone, so that slices do not depend on how busy the machine is */
function start({ toy = TOY as Toy | null, msPerLook = 5, make = kernelPopulations as PopulationFactory } = {}): Tested {
  let nowMs = 0;
  let alive = 0;
  const reports: SweepProgress[] = [];
  const looks: Tested['looks'] = [];
  const populations: (readonly MemberSpec[])[] = [];
  const service = new SweepService({
    current: () => toy,
    makePopulation: async (data, head, members) => {
      const population = await make(data, head, members);
      populations.push(members);
      alive++;
      const dispose = population.dispose.bind(population);
      population.dispose = () => {
        alive--;
        dispose();
      };
      return population;
    },
    nowMs: () => (nowMs += msPerLook),
    countLooks: async (datasetId, heldOutDomain, add) => void looks.push({ datasetId, heldOutDomain, add }),
  });
  const run: Tested['run'] = (request = REQUEST, onProgress = () => {}) =>
    service.run(request, (progress) => {
      reports.push(progress);
      onProgress(progress);
    });
  return { service, reports, populations, alive: () => alive, looks, run };
}

/** What a run of the page scores at its end, with a cell's knobs and a seed of its own. */
async function runOf(result: SweepResult, cell: SweepCell, seed: number): Promise<Evaluation> {
  const { conditions } = result.request;
  const [split] = shapedSplits(TOY.dataset, conditions.heldOutDomain, [seed], conditions.shape);
  if (!split) expect.fail('no split');
  const data = runDataOf(TOY.dataset, TOY.features, [split], conditions.groupBy);
  const { head, steps } = conditions;
  const curve = await replayed(newRecord({ seed, head, initialKnobs: cellKnobs(result, cell), initialSteps: steps }), data);
  const sizes = sizesOf({ seed, train: split.train, parts: [scoredTrainRows(split, seed), split.validation, split.watched] });
  return unpackEvaluation(curve, curveLength(curve) - 1, sizes);
}

const evaluationsOf = ({ cells }: Pick<SweepResult, 'cells'>): readonly (readonly Evaluation[])[] => cells.map(({ evaluations }) => evaluations);

describe('a cell', () => {
  it('trained again as a run of its knobs and seed gives the same scores, to the bit', async () => {
    const result = await start().run();
    expect(result.cells).toHaveLength(CELLS);
    for (const cell of result.cells) {
      const alone = await Promise.all(sweepSeeds(REQUEST).map((seed) => runOf(result, cell, seed)));
      expect(cell.evaluations).toEqual(alone);
    }
    // The knobs matter: a grid of equal cells would pass what is above by sweeping nothing.
    expect(new Set(result.cells.map(({ evaluations }) => JSON.stringify(evaluations))).size).toBe(CELLS);
  });

  it('does not depend on how the work is sliced', async () => {
    const [coarse, fine] = await Promise.all([start({ msPerLook: 0 }).run(), start({ msPerLook: 50 }).run()]);
    expect(fine).toEqual(coarse);
  });

  it('of a sweep on shaped data trains and is scored on that shape, as a run is', async () => {
    const conditions = { ...REQUEST.conditions, shape: { ...DEFAULT_SHAPE, examplesPerClass: 4, labelNoise: 0.3, validationShare: 0.4 } };
    const result = await start().run({ ...REQUEST, conditions });
    for (const cell of result.cells) expect(cell.evaluations).toEqual(await Promise.all(sweepSeeds(REQUEST).map((seed) => runOf(result, cell, seed))));
    expect(result.cells[0]?.evaluations[0]?.scores.train.n).toBe(16);
    const plain = await start().run();
    expect(evaluationsOf(result)).not.toEqual(evaluationsOf(plain));
  });

  it('of an annealed objective has its weight by the step, as a run has', async () => {
    const conditions = { ...REQUEST.conditions, knobs: { ...REQUEST.conditions.knobs, objective: 'vrex' as const } };
    const result = await start().run({ ...REQUEST, conditions, seeds: 1, y: { knob: 'vrexWeight', from: 1, to: 100, positions: 3 } });
    for (const cell of result.cells) expect(cell.evaluations).toEqual([await runOf(result, cell, 1)]);
  });
});

describe('a sweep', () => {
  it('trains all cells and seeds in one population where they fit', async () => {
    const tested = start();
    const result = await tested.run();
    expect(tested.populations.map((members) => members.length)).toEqual([2 * CELLS]);
    expect(result.cells.map(({ column, row }) => [column, row])).toEqual(Array.from({ length: CELLS }, (_, i) => [i % 4, Math.floor(i / 4)]));
    expect(result).toMatchObject({ request: REQUEST, cancelled: false });
    expect(tested.alive()).toBe(0);
  });

  it('of more heads than a population takes goes in waves of whole grids, and gives the same', async () => {
    const tested = start();
    const wide = { ...REQUEST, x: { ...REQUEST.x, positions: 8 }, y: { ...REQUEST.y, positions: 5 }, seeds: 3 };
    const result = await tested.run(wide);
    expect(tested.populations.map((members) => members.length)).toEqual([40, 40, 40]);
    const [cell] = result.cells.slice(13);
    expect(cell?.evaluations).toEqual(await Promise.all([1, 2, 3].map((seed) => runOf(result, cell as SweepCell, seed))));
    // While later seeds train, all cells show the seeds that are done.
    for (const { cells } of tested.reports) expect(new Set(cells.map(({ evaluations }) => evaluations.length)).size).toBe(1);
    const later = tested.reports.filter(({ doneSteps }) => doneSteps > 40 * STEPS);
    expect(new Set(later.map(({ cells }) => cells[0]?.evaluations.length))).toEqual(new Set([1, 2, 3]));
    expect(new Set(later.flatMap(evaluationsOf).flatMap((seeds) => seeds.map(({ step }) => step)))).toEqual(new Set([STEPS]));
  });

  it('shows scores on the way, all cells at the same step, and how much is left', async () => {
    const tested = start({ msPerLook: 20 });
    const result = await tested.run();
    const steps = tested.reports.map(({ cells }) => cells.map(({ evaluations }) => evaluations[0]?.step ?? 0));
    for (const each of steps) expect(new Set(each).size).toBe(1);
    expect([...new Set(steps.map(([step]) => step))]).toEqual(Array.from({ length: SCORINGS + 1 }, (_, i) => i * (STEPS / SCORINGS)));
    const totalSteps = CELLS * 2 * STEPS;
    expect(tested.reports.at(-1)).toMatchObject({ doneSteps: totalSteps, totalSteps, leftMs: 0, cells: result.cells, looks: result.looks });
    const left = tested.reports.map(({ leftMs }) => leftMs);
    expect(left[0]).toBeNull();
    expect(left.at(-2)).toBeGreaterThanOrEqual(0);
    const done = tested.reports.map(({ doneSteps }) => doneSteps);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  it('counts each scoring of the watched half as a look, and each head as a run', async () => {
    const tested = start();
    const result = await tested.run();
    const heads = 2 * CELLS;
    const sum = (name: keyof Looks): number => tested.looks.reduce((total, { add }) => total + add[name], 0);
    expect([sum('evaluations'), sum('runs'), result.looks]).toEqual([heads * SCORINGS, heads, heads * SCORINGS]);
    expect(new Set(tested.looks.map(({ datasetId, heldOutDomain }) => `${datasetId} ${heldOutDomain}`))).toEqual(new Set([`${TOY.dataset.id} ${HELD_OUT}`]));
  });

  it('counts looks before it shows what was seen', async () => {
    const tested = start();
    await tested.run(REQUEST, ({ looks }) => expect(tested.looks.reduce((total, { add }) => total + add.evaluations, 0)).toBe(looks));
    expect(tested.reports.length).toBeGreaterThan(SCORINGS);
  });
});

describe('cancelling', () => {
  it('keeps what is there, says so, and lets go of the population', async () => {
    const tested = start({ msPerLook: 20 });
    const result = await tested.run(REQUEST, ({ cells }) => {
      if (cells[0]?.evaluations[0]?.step === 12) void tested.service.cancel();
    });
    expect(result.cancelled).toBe(true);
    expect(new Set(evaluationsOf(result).flatMap((seeds) => seeds.map(({ step }) => step)))).toEqual(new Set([12]));
    expect(result.cells.every(({ evaluations }) => evaluations.length === 2)).toBe(true);
    expect(tested.alive()).toBe(0);
  });

  it('before the first scores leaves every cell untrained', async () => {
    const tested = start();
    const running = tested.run();
    await tested.service.cancel();
    const result = await running;
    expect(result).toMatchObject({ cancelled: true, looks: 0 });
    expect(evaluationsOf(result)).toEqual(Array.from({ length: CELLS }, () => []));
    expect(tested.alive()).toBe(0);
  });

  it('in the second wave leaves the first seeds whole, without the half-trained ones', async () => {
    const tested = start({ msPerLook: 20 });
    const wide = { ...REQUEST, x: { ...REQUEST.x, positions: 8 }, y: { ...REQUEST.y, positions: 8 } };
    const result = await tested.run(wide, () => {
      if (tested.populations.length === 2) void tested.service.cancel();
    });
    expect(tested.populations).toHaveLength(2);
    expect(result.cancelled).toBe(true);
    expect(evaluationsOf(result).map((seeds) => seeds.map(({ step }) => step))).toEqual(Array.from({ length: 64 }, () => [STEPS]));
  });

  it('is what a second sweep does to the first', async () => {
    const tested = start();
    const first = tested.run();
    const second = tested.run({ ...REQUEST, seeds: 1 });
    expect((await first).cancelled).toBe(true);
    expect((await second).cancelled).toBe(false);
    expect(tested.alive()).toBe(0);
  });

  it('resolves when nothing is being swept', async () => {
    await start().service.cancel();
  });
});

describe('an impossible sweep', () => {
  it.each<[string, Partial<SweepRequest>, RegExp]>([
    ['one knob twice', { y: REQUEST.x }, /two different knobs/u],
    ['far too many seeds', { seeds: 1e9 }, /1 to 5 seeds/u],
    ['another data set', { conditions: { ...REQUEST.conditions, datasetId: 'other' } }, /not the one that is open/u],
    ['an unknown domain', { conditions: { ...REQUEST.conditions, heldOutDomain: 'nowhere' } }, /no domain named/u],
    ['a head of no units', { conditions: { ...REQUEST.conditions, head: { kind: 'hidden', width: 0 } } }, /1 to 1,024 units/u],
    ['an impossible shape', { conditions: { ...REQUEST.conditions, shape: { ...DEFAULT_SHAPE, labelNoise: 0.6 } } }, /Label noise must be/u],
    ['no steps', { conditions: { ...REQUEST.conditions, steps: 0 } }, /Steps must be/u],
    ['CORAL without hidden units', { conditions: { ...REQUEST.conditions, head: { kind: 'linear' }, knobs: { ...DEFAULT_KNOBS, objective: 'coral' } } }, /linear head/u],
  ])('of %s is refused in words, and nothing is trained', async (_, change, words) => {
    const tested = start();
    await expect(tested.run({ ...REQUEST, ...change })).rejects.toMatchObject({ name: 'HeldoutError', code: 'bad-input', message: expect.stringMatching(words) as string });
    expect(tested.populations).toEqual([]);
    expect((await tested.run({ ...REQUEST, seeds: 1 })).cancelled).toBe(false);
  });

  it('without data is refused', async () => {
    await expect(start({ toy: null }).run()).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('whose engine fails in the middle says so, lets go of it, and can be run again', async () => {
    let failing = true;
    const tested = start({
      make: async (...spec) => {
        const population = await kernelPopulations(...spec);
        const advance = population.advance.bind(population);
        population.advance = (work) => (failing && population.stepOf(0) > 20 ? Promise.reject(new Error('the device was lost')) : advance(work));
        return population;
      },
    });
    await expect(tested.run()).rejects.toMatchObject({ name: 'HeldoutError', message: 'The sweep stopped: the device was lost' });
    expect(tested.alive()).toBe(0);
    expect(tested.reports.at(-1)?.cells[0]?.evaluations[0]?.step).toBe(20);
    failing = false;
    expect((await tested.run()).cancelled).toBe(false);
  });
});
