import type { DatasetOrigin } from '../dataset-origin.ts';
import type { Remedy } from './report.ts';

/** A data set as it came about by cleaning, or as it was before. */
export interface DataVersion {
  /** Names it in the list of data sets. */
  readonly entryId: string;
  /** What made it of the version before; null for the first. */
  readonly remedy: Remedy | null;
}

/** Versions of one data set, oldest first, of which one is in use. Undo and redo move between them; none is ever changed. */
export interface VersionStack {
  readonly versions: readonly DataVersion[];
  /** Index of the version in use; −1 when there are none. */
  readonly at: number;
}

export const NO_VERSIONS: VersionStack = { versions: [], at: -1 };

/** The stack with `current` in use, as far back as is known: that of another data set is forgotten, and what `current` was made of goes before it. */
export function versionsOf(stack: VersionStack, current: string, origin: DatasetOrigin | null): VersionStack {
  const { versions, at } = versionInUse(stack)?.entryId === current ? stack : { versions: [{ entryId: current, remedy: null }], at: 0 };
  if (at > 0 || origin?.kind !== 'remedy') return { versions, at };
  return { versions: [{ entryId: origin.from, remedy: null }, { entryId: current, remedy: origin.remedy }, ...versions.slice(1)], at: 1 };
}

/** The stack after cleaning the version in use: what had been undone is forgotten. */
export function withVersion({ versions, at }: VersionStack, after: DataVersion): VersionStack {
  return { versions: [...versions.slice(0, at + 1), after], at: at + 1 };
}

export function versionInUse({ versions, at }: VersionStack): DataVersion | undefined {
  return versions[at];
}

/** The version that undo goes to, and the remedy that it undoes; null at the oldest. */
export function undoOf({ versions, at }: VersionStack): { readonly entryId: string; readonly remedy: Remedy } | null {
  const [before, now] = [versions[at - 1], versions[at]];
  return before && now?.remedy ? { entryId: before.entryId, remedy: now.remedy } : null;
}

/** The version that redo goes to, and the remedy that makes it; null at the newest. */
export function redoOf({ versions, at }: VersionStack): { readonly entryId: string; readonly remedy: Remedy } | null {
  const next = versions[at + 1];
  return next?.remedy ? { entryId: next.entryId, remedy: next.remedy } : null;
}

/** The stack with another of its versions in use. */
export function movedBy(stack: VersionStack, by: 1 | -1): VersionStack {
  return { ...stack, at: Math.min(stack.versions.length - 1, Math.max(0, stack.at + by)) };
}
