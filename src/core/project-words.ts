import { counted } from './format.ts';
import { inexactInWords } from './inexact-runs.ts';

/** What became of the runs of a project file. */
export interface TakenRuns {
  readonly added: number;
  /** In the place of a kept one, which they go on from. */
  readonly continued: number;
  /** Not taken: kept already, as far along or otherwise gone on with. */
  readonly left: number;
  /** Not taken for want of room. */
  readonly omitted: number;
}

/** A project file that was opened. */
export interface Opened {
  readonly name: string;
  readonly runs: TakenRuns;
  /** Runs taken whose embeddings are not to the bit those that they were trained on. */
  readonly inexact: number;
  /** Runs that have trained on augmented texts. */
  readonly augmented: number;
}

export function openedInWords({ name, runs: { added, continued, left, omitted }, inexact, augmented }: Opened): string {
  const sentences = [
    added > 0 && `${counted(added, 'run was', 'runs were')} added.`,
    continued > 0 && `${counted(continued, 'run that is', 'runs that are')} further along in the file took the place of ${continued === 1 ? 'its beginning' : 'their beginnings'} here.`,
    left > 0 && `${counted(left, 'run is', 'runs are')} in this browser already, as far along or gone on with otherwise, and ${left === 1 ? 'stays as it is' : 'stay as they are'}.`,
    omitted > 0 && `${counted(omitted, 'older run was', 'older runs were')} left out for want of room.`,
    added + continued + left + omitted === 0 && 'The file has no runs.',
    inexact > 0 && inexactInWords(inexact),
    augmented > 0 &&
      `${counted(augmented, 'run has', 'runs have')} trained on augmented texts, which the file does not carry: they are embedded here before ${augmented === 1 ? 'it trains' : 'they train'} on, and may differ by rounding.`,
  ];
  return [`“${name}” is open.`, ...sentences.filter((sentence) => sentence !== false)].join(' ');
}
