import { counted } from './format.ts';
import { inexactInWords } from './inexact-runs.ts';
import type { Refusal } from './refusal.ts';

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

/** What was found of a project file's embeddings: it has none, or none that are not known here; a few were embedded anew and agree; that could not be done; they do not agree, and were left out. */
export type FileEmbeddings = 'none' | 'right' | 'unchecked' | 'wrong';

/** What is told of a project file that was opened. */
export interface Opened {
  readonly name: string;
  readonly runs: TakenRuns;
  /** Runs taken whose embeddings are not to the bit those that they were trained on. */
  readonly inexact: number;
  /** Runs that have trained on augmented texts. */
  readonly augmented: number;
}

/** A message and what can be done about it. */
export interface Told {
  readonly text: string;
  readonly remedy: string;
}

/** What a project file lacks because storage refused it before. @param hasRun whether the file has the current run as it was saved earlier */
export function missingInWords({ code, message, remedy, isRun }: Refusal & { readonly isRun: boolean }, hasRun: boolean): Told {
  const ofRun = hasRun ? 'The file has the run that is open as it could last be saved, without its newest steps and changes.' : 'The file does not have the run that is open.';
  const missing = isRun ? ofRun : 'The file does not have the newest counts of looks and reveals.';
  return { text: `${missing} ${message}`, remedy: `${code === 'storage-full' ? 'Free space under “Storage on this device”, then save the project again.' : remedy} The rest of the file is whole.` };
}

/** A project that was opened though storage refused it. @param isData whether its data set too */
export function unkeptInWords(name: string, { code, message, remedy, runs, isData }: Refusal & { readonly runs: number; readonly isData: boolean }): Told {
  const open = isData ? `“${name}” is open for this visit only: a reload loses it.` : `“${name}” is open.`;
  const lost = runs === 0 ? 'The file’s counts of looks and reveals were not taken in.' : `${counted(runs, 'run of the file was', 'runs of the file were')} not taken in, nor were its counts of looks and reveals.`;
  return {
    text: `${open} ${lost} ${message}`,
    remedy: code === 'storage-full' ? 'Free space under “Storage on this device”, then open the file again.' : `${remedy} The file still has everything: open it again in an ordinary window, where this page can save.`,
  };
}

/** What is to be told of a project file's embeddings; null for nothing. */
export function embeddingsInWords(found: FileEmbeddings): Told | null {
  if (found === 'wrong') {
    return {
      text: 'The embeddings in the file are not those of its texts. They were left out, and the texts were embedded here.',
      remedy: 'Somebody may have changed the file: do not rely on its runs, and get it again from where it came from.',
    };
  }
  if (found !== 'unchecked') return null;
  return {
    text: 'The embeddings in the file were taken as they are: the text encoder could not be loaded to check a few of them.',
    remedy: 'If you do not trust the file, delete the embeddings under “Storage on this device” once the encoder can be loaded: the texts are then embedded here.',
  };
}

/** That a project file was opened, and what became of its runs. */
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
