import { memoryMiB } from './large/memory.ts';
import { nearDuplicates } from './large/near-duplicates.ts';
import { parsing } from './large/parsing.ts';
import { secondLoad } from './large/second-load.ts';
import type { Workbench } from './workbench.ts';
import { queuedWrites } from './writes/queued-writes.ts';

/** How long do large data sets take, and how much memory? */
export async function dataPart(bench: Workbench): Promise<void> {
  const reviews = await bench.bundled('reviews');
  const words = reviews.dataset.examples.flatMap(({ text }) => text.split(/\s+/u));
  bench.print(`  Memory is what the browser counts for the page and its workers (performance.measureUserAgentSpecificMemory), ${await memoryMiB()} at the start.`);
  await parsing(bench, words);
  await nearDuplicates(bench, words, { rows: 20_000, rounds: 5 });
  await nearDuplicates(bench, words, { rows: 100_000, rounds: 3 });
  await secondLoad(bench);
  await queuedWrites(bench, reviews);
}
