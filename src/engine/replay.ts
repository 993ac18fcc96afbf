import type { RunRecord } from '../core/run-record.ts';
import type { PopulationFactory } from './population/population.ts';
import type { RunData } from './run-data.ts';
import { Run } from './run.ts';

/** Plays a whole record from the start. @returns its curves, one a seed */
export async function replay(record: RunRecord, data: RunData, makePopulation: PopulationFactory): Promise<readonly Float64Array[]> {
  const run = await Run.begin(record, data, makePopulation);
  try {
    await run.begin();
    while (!run.finished) await run.advance(record.evaluateEvery);
    return run.headsOf(record.id).map(({ curve }) => curve);
  } finally {
    run.dispose();
  }
}
