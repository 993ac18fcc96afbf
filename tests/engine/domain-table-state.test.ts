import 'fake-indexeddb/auto';
import { beforeAll, expect, test } from 'vitest';
import { DomainTableState } from '../../src/state/domain-table.svelte.ts';
import { Notices } from '../../src/state/notices.svelte.ts';
import { REQUEST, TOY, sorted, startTable, type TestedTable } from '../support/domain-table.ts';
import { kernelModule } from '../support/kernel.ts';
import { toyData } from '../support/training-data.ts';

/** The page's side of the table, on the real service. */

/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;

beforeAll(async () => void (await kernelModule()), COMPILING_MS);

async function open(tested: TestedTable, toy = TOY): Promise<DomainTableState> {
  const state = new DomainTableState(tested.service, new Notices());
  await state.open(toy.dataset);
  return state;
}

test('nothing is trained, or revealed, before the user agrees', async () => {
  const tested = startTable('state-agree');
  const state = await open(tested);
  await state.ask(REQUEST);
  expect(state.revealed).toEqual([...TOY.dataset.domains]);
  await state.run();
  expect([tested.trained(), tested.revealed.length]).toEqual([0, 0]);
  state.agreed = true;
  await state.run();
  expect(tested.revealed.toSorted()).toEqual([...TOY.dataset.domains]);
  expect(state.finished).toBe(true);
  expect(state.trainingsLeft).toBe(0);
});

test('the table fills while it is trained, and ends as the service’s own', async () => {
  const tested = startTable('state-live');
  const state = await open(tested);
  await state.ask({ ...REQUEST, seeds: 1 });
  state.agreed = true;
  const cellsAtEachTraining: (number | undefined)[] = [];
  const { makePopulation } = tested;
  tested.makePopulation = (...args) => {
    cellsAtEachTraining.push(state.table?.cells.length);
    return makePopulation(...args);
  };
  const running = state.run();
  expect(state.running).toBe(true);
  await running;
  expect(state.running).toBe(false);
  // Two cells a domain: after three pairs and the first domain, two more pairs and the second, one more and the third, the fourth.
  expect(cellsAtEachTraining).toEqual([0, 0, 0, 0, 2, 2, 2, 4, 4, 6]);
  expect(state.table && sorted(state.table)).toEqual(sorted(await startTable('state-alone').run({ ...REQUEST, seeds: 1 })));
});

test('a cancelled table is found again with its settings, ready to be resumed without being asked again', async () => {
  const tested = startTable('state-resume');
  const state = await open(tested);
  await state.ask({ ...REQUEST, methods: ['erm'], seeds: 3 });
  state.agreed = true;
  const running = state.run();
  await Promise.all([running, cancelAtFirstCell(tested, state)]);
  expect(state.finished).toBe(false);
  const reloaded = await open(startTable('state-resume'));
  expect([reloaded.seeds, reloaded.chosen, reloaded.agreed]).toEqual([3, ['erm'], true]);
  expect(reloaded.table?.cells).toEqual(state.table?.cells);
  await reloaded.run();
  expect(reloaded.table?.cells).toHaveLength(3 * 4);
});

test('objectives that cannot be trained are not asked for, and come back with a head that can', async () => {
  const state = await open(startTable('state-methods'));
  expect(state.request.methods).toHaveLength(7);
  await state.ask({ head: { kind: 'linear' } });
  expect(state.request.methods).toEqual(['erm', 'ermMixup', 'groupDro', 'vrex', 'irm']);
  expect(state.methods.filter(({ problem }) => problem !== null).map(({ method }) => method)).toEqual(['coral', 'dann']);
  await state.ask({ head: REQUEST.head });
  await state.toggleMethod('dann', false);
  expect(state.request.methods).toEqual(['erm', 'ermMixup', 'groupDro', 'vrex', 'irm', 'coral']);
});

test('an impossible table says why', async () => {
  const many = toyData({ rows: Array.from({ length: 25 }, () => 4) });
  const state = await open(startTable('state-many', many), many);
  expect(state.planProblem).toMatch(/25 domains/u);
  const none = await open(startTable('state-none'));
  await none.ask({ methods: [] });
  expect(none.planProblem).toMatch(/at least one objective/u);
});

test('other data bring another table, and the user is asked again', async () => {
  const tested = startTable('state-other');
  const state = await open(tested);
  await state.ask({ ...REQUEST, seeds: 1, leaveOneOut: false });
  state.agreed = true;
  await state.run();
  const other = toyData({ seed: 9 });
  tested.data = other;
  await state.open(other.dataset);
  expect([state.table, state.agreed]).toEqual([null, false]);
  expect(state.revealed).toEqual([...other.dataset.domains]);
});

/** Ends the run when a first cell is on the page. */
async function cancelAtFirstCell(tested: TestedTable, state: DomainTableState): Promise<void> {
  const original = tested.makePopulation;
  tested.makePopulation = async (...args) => {
    if ((state.table?.cells.length ?? 0) > 0) void state.cancel();
    return original(...args);
  };
}
