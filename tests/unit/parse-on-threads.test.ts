import { expect, test } from 'vitest';
import { contentId } from '../../src/data/dataset-id.ts';
import { previewFiles } from '../../src/data/preview-files.ts';
import { parseOnThreads } from '../../src/worker/parse-on-threads.ts';

test('a large file is read into the same data set, telling how far it is at its beginning and then ten times a second', async () => {
  const csv = `text,label,domain\n${Array.from({ length: 60_000 }, (_, i) => `"Text number ${i}, and what follows it: ${'some words '.repeat(i % 9)}",${i % 2 ? 'a' : 'b'},d${i % 3}`).join('\n')}\n`;
  const sources = [{ name: 'large.csv', content: new Blob([csv]) }];
  const { plan } = await previewFiles(sources, [null]);
  let calls = 0;
  const reports: [doneBytes: number, totalBytes: number][] = [];
  const nowMs = (): number => 20 * calls++;
  const { dataset } = await parseOnThreads(sources, plan, { onProgress: (...report) => reports.push(report), nowMs, signal: new AbortController().signal });
  expect(dataset.examples).toHaveLength(60_000);
  expect(dataset.id).toBe(await contentId(dataset.examples));
  expect(reports.length).toBeGreaterThan(1);
  expect(reports.length).toBeLessThanOrEqual(1 + (20 * calls) / 100);
  expect(new Set(reports.map(([, total]) => total))).toEqual(new Set([csv.length]));
});
