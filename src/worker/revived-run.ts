import { rewound } from '../core/run-record.ts';
import type { PopulationFactory } from '../engine/population/population.ts';
import { Run } from '../engine/run.ts';
import type { CurrentRun } from './current-run.ts';

/** What the user is told when a device is lost. @param wasRunning whether the run, if there is one, was being trained */
export function lossInWords(before: CurrentRun | null, wasRunning: boolean): string {
  const step = before?.loop.kept?.[0]?.checkpoints[0]?.step ?? 0;
  const doing = before ? ` Training ${wasRunning ? 'goes on' : 'can go on'} from step ${step.toLocaleString('en')}.` : '';
  return `The graphics device was lost.${doing}`;
}

/** A run whose device was lost, as it was last known to be whole, on another one. */
export async function revivedRun({ loop, data, variants }: CurrentRun, makePopulation: PopulationFactory): Promise<Run> {
  const grown = { ...data, population: variants.data };
  // Changes made since the last checkpoint are in the records that the lost run had.
  const kept = loop.kept?.map((branch) => ({ ...branch, record: loop.run.recordOf(branch.record.id) }));
  const run = kept ? await Run.resume(kept, grown, makePopulation) : await Run.begin(rewound(loop.run.record, 0), grown, makePopulation);
  if (!run.lacksVariants) await run.join(variants.data); // what joined after the checkpoint joins anew
  return run;
}
