import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, test } from 'vitest';
import { CONFIGURATIONS, METHODS } from '../../src/core/configurations.ts';
import type { DomainTable, TableEntry } from '../../src/core/domain-table.ts';
import { RULES } from '../../src/core/selection.ts';
import { splitDataset } from '../../src/core/splits.ts';
import type { TableProgress } from '../../src/protocol/domain-table.ts';
import { HeldoutError } from '../../src/protocol/errors.ts';
import { DomainTableService } from '../../src/worker/domain-table-service.ts';
import { REQUEST, TOY, sorted, startTable, storedCells } from '../support/domain-table.ts';
import { kernelModule, kernelPopulations } from '../support/kernel.ts';
import { toyData, type Toy } from '../support/training-data.ts';

/** The leave-one-domain-out table as the training worker makes it: real kernel, real storage. */

const DOMAINS = TOY.dataset.domains;
/** Heads of one seed and method: four domains and six pairs, in all configurations. */
const HEADS = 10 * CONFIGURATIONS;
/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;

beforeAll(async () => void (await kernelModule()), COMPILING_MS);

describe('a table', () => {
  test('has a cell for each domain, seed and method, chosen by all rules and scored on the sealed rows', async () => {
    const { run, reports, revealed, looks, trained } = startTable('table-whole');
    const table = await run();
    expect(table.cells).toHaveLength(4 * 2 * 2);
    expect(table.best).not.toBeNull();
    expect(trained()).toBe(2 * 2 * HEADS);
    expect(revealed.toSorted()).toEqual([...DOMAINS]);
    expect([...looks]).toEqual(DOMAINS.map((domain) => [domain, 2 * 2 * CONFIGURATIONS]));
    for (const { heldOut, scores } of table.cells) {
      const { sealed } = splitDataset(TOY.dataset, heldOut, 1);
      for (const rule of RULES) {
        expect(scores[rule]?.correct).toBeLessThanOrEqual(sealed.length);
        expect(scores[rule]?.choice.accuracy).toBeGreaterThan(0);
        expect(scores[rule]?.choice.configuration).toBeLessThan(CONFIGURATIONS);
      }
      expect(scores.oracle?.choice.checkpoint).toBe(9);
    }
    for (const { cell, sealedCorrect } of await storedCells('table-whole', TOY)) {
      for (const rule of RULES) expect(sealedCorrect[rule]?.reduce((sum, one) => sum + one, 0)).toBe(cell.scores[rule]?.correct);
    }
    const last = reports.at(-1) as TableProgress;
    expect([last.trainings, last.trainingsDone]).toEqual([2 * 2 * HEADS, 2 * 2 * HEADS]);
    expect(reports.flatMap(({ newCells }) => newCells)).toHaveLength(table.cells.length);
  });

  test('does not depend on how its training is sliced, nor on what is trained beside it', async () => {
    const { run } = startTable('table-together');
    const together = await run();
    const { run: runAlone } = startTable('table-alone', TOY, 300); // slices shrink to single steps of a few heads
    const alone = await runAlone({ ...REQUEST, methods: ['ermMixup'] });
    expect(sorted(alone).cells).toEqual(sorted(together).cells.filter(({ method }) => method === 'ermMixup'));
  });

  test('of every objective there is has figures wherever the objective can be trained', async () => {
    const { run } = startTable('table-objectives');
    const table = await run({ ...REQUEST, methods: METHODS, seeds: 1, steps: 10 });
    expect(table.cells).toHaveLength(4 * METHODS.length);
    expect(table.cells.every(({ scores }) => RULES.every((rule) => scores[rule] !== null))).toBe(true);
    const linear = await run({ ...REQUEST, head: { kind: 'linear' }, methods: METHODS, seeds: 1, steps: 10 });
    expect(new Set(linear.cells.map(({ method }) => method))).toEqual(new Set(['erm', 'ermMixup', 'groupDro', 'vrex', 'irm']));
  });

  test('of three domains has leave-one-domain-out figures only where one training domain suffices', async () => {
    const { run } = startTable('table-three', toyData({ rows: [20, 20, 20] }));
    const table = await run({ ...REQUEST, methods: ['erm', 'vrex'], seeds: 1, steps: 10 });
    for (const { method, scores } of table.cells) expect(scores.leaveOneOut === null).toBe(method === 'vrex');
  });

  test('of two domains, or of one, says why it has none', async () => {
    const two = await startTable('table-two', toyData({ rows: [20, 20] })).run({ ...REQUEST, seeds: 1, steps: 10 });
    expect(two.domains.map(({ leaveOneOutProblem }) => leaveOneOutProblem)).toEqual([expect.stringMatching(/there are two/u), expect.stringMatching(/there are two/u)]);
    expect(two.cells.every(({ scores }) => scores.leaveOneOut === null && scores.training !== null)).toBe(true);
    const one = await startTable('table-one', toyData({ rows: [40] })).run({ ...REQUEST, methods: METHODS, seeds: 1, steps: 10 });
    expect(one.cells.map(({ method }) => method)).toEqual(['erm', 'ermMixup']);
  });
});

describe('the sealed rows', () => {
  /** The toy with the sealed rows of one domain moved elsewhere: what a head says of them changes, the split does not. */
  function perturbed(heldOut: string): Toy {
    const features = TOY.features.slice();
    const width = features.length / TOY.dataset.examples.length;
    for (const row of splitDataset(TOY.dataset, heldOut, 1).sealed) for (let i = 0; i < width; i++) features[row * width + i] = -(features[row * width + i] as number);
    return { ...TOY, features };
  }

  test('of a held-out domain never influence what is chosen for it', async () => {
    const heldOut = DOMAINS[0] as string;
    const chosen = async (name: string, toy: Toy) => sorted(await startTable(name, toy).run()).cells.filter((cell) => cell.heldOut === heldOut);
    const before = await chosen('sealed-before', TOY);
    const after = await chosen('sealed-after', perturbed(heldOut));
    expect(after.map(({ scores }) => RULES.map((rule) => scores[rule]?.choice))).toEqual(before.map(({ scores }) => RULES.map((rule) => scores[rule]?.choice)));
    expect(after.map(({ scores }) => scores.training?.correct)).not.toEqual(before.map(({ scores }) => scores.training?.correct));
  });

  test('are counted as revealed before the first training, and once', async () => {
    const first = startTable('sealed-counted');
    const cancelled = first.run(REQUEST, ({ newCells }) => {
      if (newCells.length > 0) void first.service.cancel();
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(first.revealed.toSorted()).toEqual([...DOMAINS]);
    const again = startTable('sealed-counted');
    await again.run();
    expect(again.revealed).not.toContain((await storedCells('sealed-counted', TOY))[0]?.cell.heldOut);
  });
});

describe('a table that was cancelled', () => {
  test('goes on from its finished cells, and ends as if nothing had happened', async () => {
    const first = startTable('resumed');
    const cancelled = first.run(REQUEST, ({ newCells }) => {
      if (newCells.length > 0) void first.service.cancel();
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const partial = await first.service.load(TOY.dataset.id);
    expect(partial?.cells).toHaveLength(2);
    expect(partial?.best).toBeNull();

    const reloaded = startTable('resumed');
    expect(await reloaded.service.load(TOY.dataset.id)).toEqual(partial);
    const plan = await reloaded.service.plan(REQUEST);
    expect([plan.trainings, plan.trainingsDone]).toEqual([2 * 2 * HEADS, 2 * 4 * CONFIGURATIONS]);
    const resumed = await reloaded.run();
    expect(reloaded.trained()).toBe(plan.trainings - plan.trainingsDone);

    const whole = startTable('not-interrupted');
    expect(sorted(resumed)).toEqual(sorted(await whole.run()));
    expect(sorted((await reloaded.service.load(TOY.dataset.id)) as DomainTable)).toEqual(sorted(resumed));
  });

  test('in the middle of a training leaves nothing of it, and lets the next one start', async () => {
    const { run, service, trained } = startTable('cancelled-early');
    const cancelled = run(REQUEST, ({ trainingsDone }) => {
      if (trainingsDone > 0) void service.cancel();
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(trained()).toBe(2 * CONFIGURATIONS);
    expect((await service.plan(REQUEST)).trainingsDone).toBe(0);
    expect((await run({ ...REQUEST, seeds: 1, leaveOneOut: false })).cells).toHaveLength(8);
  });

  test('because its data was replaced says so by being cancelled', async () => {
    const tested = startTable('replaced');
    const cancelled = tested.run(REQUEST, () => {
      tested.data = toyData({ seed: 2 });
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(await tested.service.load(TOY.dataset.id)).toBeNull();
  });
});

test('a finished table takes no training again, and more seeds or objectives train only what is new', async () => {
  const { run, trained } = startTable('grown');
  const small = await run({ ...REQUEST, seeds: 1, methods: ['erm'] });
  expect(trained()).toBe(HEADS);
  expect(sorted(await run({ ...REQUEST, seeds: 1, methods: ['erm'] }))).toEqual(sorted(small));
  expect(trained()).toBe(HEADS);
  const grown = await run();
  expect(trained()).toBe(2 * 2 * HEADS);
  expect(grown.cells).toEqual(expect.arrayContaining([...small.cells]));
});

test('leave-one-domain-out validation that is asked for later trains the pairs, and chooses as if it had been asked for at once', async () => {
  const { run } = startTable('later');
  const without = await run({ ...REQUEST, leaveOneOut: false });
  expect(without.cells.every(({ scores }) => scores.leaveOneOut === null)).toBe(true);
  expect(sorted(await run())).toEqual(sorted(await startTable('at-once').run()));
});

test('other embeddings of the same data are another table', async () => {
  await startTable('embedded').run({ ...REQUEST, seeds: 1 });
  const other = startTable('embedded', { ...TOY, features: TOY.features.map((value) => -value) });
  expect(await other.service.load(TOY.dataset.id)).toMatchObject({ cells: [], best: null });
});

describe('trouble', () => {
  test('without data, or with an impossible request, is explained', async () => {
    await expect(startTable('no-data', null).run()).rejects.toMatchObject({ code: 'bad-input' });
    await expect(startTable('no-method').run({ ...REQUEST, methods: [] })).rejects.toMatchObject({ code: 'bad-input', message: 'Choose at least one objective.' });
    const many = toyData({ rows: Array.from({ length: 25 }, () => 2) });
    await expect(startTable('many', many).service.plan(REQUEST)).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('25 domains') as string });
  });

  test('of a second run beside the first one is refused', async () => {
    const { run, service } = startTable('twice');
    const first = run();
    await expect(run()).rejects.toMatchObject({ code: 'bad-input' });
    await service.cancel();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('of the engine in mid-table is explained, and what was finished stays', async () => {
    const tested = startTable('engine-lost');
    const lost = tested.run(REQUEST, ({ newCells }) => {
      if (newCells.length > 0) tested.makePopulation = () => Promise.reject(new Error('the device was lost'));
    });
    await expect(lost).rejects.toMatchObject({ code: 'no-backend', message: expect.stringContaining('the device was lost') as string, remedy: expect.stringContaining('Resume') as string });
    tested.makePopulation = kernelPopulations;
    expect((await tested.service.load(TOY.dataset.id))?.cells).toHaveLength(2);
    expect(sorted(await tested.run())).toEqual(sorted(await startTable('engine-kept').run()));
  });

  test('with storage is told, and the table comes out all the same', async () => {
    const refuse = async () => {
      throw new HeldoutError('storage-full', 'The browser has no room left.', '');
    };
    const reports: TableProgress[] = [];
    const service = new DomainTableService({
      study: { current: () => TOY, makePopulation: kernelPopulations, nowMs: () => 0 },
      storage: { putEntries: refuse, getEntries: async () => new Map<string, TableEntry>() },
      markRevealed: async () => undefined,
      addLooks: async () => undefined,
    });
    const request = { ...REQUEST, seeds: 1 };
    const table = await service.run(request, (progress) => void reports.push(progress));
    expect(reports.at(-1)?.storageProblem).toMatch(/no room left.*not kept/u);
    expect(sorted(table)).toEqual(sorted(await startTable('kept').run(request)));
  });
});
