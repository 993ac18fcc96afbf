import { METHODS } from '../../src/core/configurations.ts';
import type { TableRequest } from '../../src/core/domain-table.ts';
import { exportTable } from '../../src/core/table-export.ts';
import { DomainTableService } from '../../src/worker/domain-table-service.ts';
import type { Workbench } from './workbench.ts';

const FILES = ['sentiment-sentences.csv', 'youtube-spam.csv'] as const;
const REQUEST: TableRequest = { head: { kind: 'hidden', width: 64 }, steps: 300, seeds: 5, methods: METHODS, leaveOneOut: true };

/** Does any objective beat ERM on real reviews and comments, under each of the three rules of choosing? The page's own table, as Markdown. */
export async function objectivesPart(bench: Workbench): Promise<void> {
  for (const file of FILES) {
    const { dataset, features } = await bench.realData(file);
    const service = new DomainTableService({
      study: { current: () => ({ dataset, features }), makePopulation: bench.makePopulation, nowMs: () => performance.now() },
      storage: { putEntries: async () => undefined, getEntries: async () => new Map() }, // a bench keeps nothing
      markRevealed: async () => undefined,
      addLooks: async () => undefined,
    });
    const started = performance.now();
    const { trainings } = await service.plan(REQUEST);
    const tell = bench.slowProgress();
    const table = await service.run(REQUEST, ({ trainingsDone, doing, secondsLeft }) => {
      tell(`objectives, ${file}: ${Math.floor(trainingsDone)} of ${trainings} trainings. ${doing}${secondsLeft === null ? '' : `, about ${Math.ceil(secondsLeft / 60)} min left`}`);
    });
    bench.print();
    bench.print(`  ${file}: ${dataset.examples.length} rows, ${trainings} trainings of ${REQUEST.steps} steps in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    bench.print();
    for (const line of exportTable(table, 'Markdown').trimEnd().split('\n')) bench.print(line);
  }
}
