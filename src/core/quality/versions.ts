/** A data set as it came about by cleaning, or as it was before. */
export interface DataVersion {
  /** Names it in the list of data sets. */
  readonly entryId: string;
  /** What made it of the version before: “Dropped 12 exact repeats.”; '' for the first. */
  readonly done: string;
}

/** Versions of one data set, oldest first, of which one is in use. Undo and redo move between them; none is ever changed. */
export interface VersionStack {
  readonly versions: readonly DataVersion[];
  /** Index of the version in use; −1 when there are none. */
  readonly at: number;
}

export const NO_VERSIONS: VersionStack = { versions: [], at: -1 };

/** The stack after cleaning `before`: what had been undone is forgotten, and so is the history of another data set. */
export function withVersion(stack: VersionStack, before: string, after: DataVersion): VersionStack {
  const known = versionInUse(stack)?.entryId === before;
  const past = known ? stack.versions.slice(0, stack.at + 1) : [{ entryId: before, done: '' }];
  return { versions: [...past, after], at: past.length };
}

export function versionInUse({ versions, at }: VersionStack): DataVersion | undefined {
  return versions[at];
}

/** The version that undo goes to, and what it undoes; null at the oldest. */
export function undoOf({ versions, at }: VersionStack): { readonly entryId: string; readonly done: string } | null {
  const [before, now] = [versions[at - 1], versions[at]];
  return before && now ? { entryId: before.entryId, done: now.done } : null;
}

/** The version that redo goes to, and what it does again; null at the newest. */
export function redoOf({ versions, at }: VersionStack): DataVersion | null {
  return versions[at + 1] ?? null;
}

/** The stack with another of its versions in use. */
export function movedBy(stack: VersionStack, by: 1 | -1): VersionStack {
  return { ...stack, at: Math.min(stack.versions.length - 1, Math.max(0, stack.at + by)) };
}
