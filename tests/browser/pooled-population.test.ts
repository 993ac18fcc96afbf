import { wrap, type Remote } from 'comlink';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GOLDEN } from '../support/pooled-golden.ts';
import type { Nested } from '../support/pooled-nested.ts';

/** Real workers inside a real worker. */

let worker: Worker;
let nested: Remote<Nested>;

beforeEach(() => {
  worker = new Worker(new URL('../support/pooled-nested.ts', import.meta.url), { type: 'module' });
  nested = wrap<Nested>(worker);
});

afterEach(() => worker.terminate());

test.each([1, 2, 3, 5])('the golden run gives the committed hashes on %i threads', async (threads) => {
  expect(await nested.golden(threads)).toEqual({ hashes: GOLDEN, others: threads - 1 });
});

test('where workers cannot load, all is computed without them', async () => {
  expect(await nested.goldenWithoutProgram(3)).toEqual({ hashes: GOLDEN, others: 0 });
});

test('a worker that crashes fails the calls under way, saying why', async () => {
  expect(await nested.messageOfCrash()).toMatch(/^A worker that trains heads has stopped: .*TypeError/);
});
