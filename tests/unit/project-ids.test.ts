import { expect, test } from 'vitest';
import type { Dataset, Example } from '../../src/core/examples.ts';
import { contentId, formerContentId } from '../../src/data/dataset-id.ts';
import { readProject } from '../../src/data/project/read-project.ts';
import { writeProject } from '../../src/data/project/write-project.ts';

const options = { signal: new AbortController().signal, onProgress: () => {} };
const examples = Array.from({ length: 20_000 }, (_, i): Example => ({ text: `example ${i}: ${'many words '.repeat(8)}`, label: i % 2 ? 'a' : 'b', domain: i % 3 ? 'c' : 'd' }));

async function* noRuns(): AsyncGenerator<never> {}

/** A project file of large data with this id. */
function fileOf(id: string): Promise<Blob> {
  const dataset: Dataset = { id, name: 'large', examples, labels: ['b', 'a'], domains: ['d', 'c'], groups: [], hasDomains: true };
  return writeProject({ dataset, bundled: null, encoderVersion: 'use-lite-1', embeddings: null, counts: [], runCount: 0, runs: noRuns() }, { ...options, pageVersion: '1', exportedAtMs: Date.UTC(2026, 1) });
}

const openFile = async (id: string): ReturnType<typeof readProject> => readProject('large.heldout.zip', await fileOf(id), { ...options, encoderVersion: 'use-lite-1', width: 512 });

test('a project file of large data opens with the id that earlier versions gave its rows, and with today’s, but with no other', async () => {
  const [former, today, others] = [await formerContentId(examples), await contentId(examples), await contentId(examples.slice(1))];
  expect(former).not.toBe(today);
  for (const id of [former, today]) expect((await openFile(id)).dataset).toMatchObject({ id, examples });
  await expect(openFile(others)).rejects.toThrow(/another hash/u);
});
