import { wrap, type Remote } from 'comlink';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Example } from '../../src/core/examples.ts';
import { BLOCK_BYTES, contentId } from '../../src/data/dataset-id.ts';
import type { NestedHash } from '../support/hash-nested.ts';

/** A real worker that hashes for a real worker. */

let worker: Worker;
let nested: Remote<NestedHash>;

beforeEach(() => {
  worker = new Worker(new URL('../support/hash-nested.ts', import.meta.url), { type: 'module' });
  nested = wrap<NestedHash>(worker);
});

afterEach(() => worker.terminate());

const examples = Array.from({ length: 40_000 }, (_, i): Example => ({ text: `text ${i} ${'é👍€ and more '.repeat(i % 20)}`, label: i % 2 ? 'a' : 'b', domain: 'c' }));
const characters = examples.reduce((sum, { text }) => sum + text.length, 0);

test('another thread hashes all blocks, and this one only what came of them', async () => {
  expect(characters).toBeGreaterThan(3 * BLOCK_BYTES);
  expect(await nested.contentId('real', examples)).toEqual({ id: await contentId(examples), hashedHere: 1 });
});

test.each(['that does not load', 'that dies at the first block', 'that is none'] as const)('with a thread %s, this one hashes alone, and the id is the same', async (which) => {
  const { id, hashedHere } = await nested.contentId(which, examples);
  expect(id).toBe(await contentId(examples));
  expect(hashedHere).toBeGreaterThan(3);
});
