import { distinct } from './examples.ts';
import type { FilePreview, FileReading, ImportPlan, ImportPreview, Origin, Role } from './import-plan.ts';

/** What the user has decided otherwise than proposed. */
export interface ImportChoices {
  /** Null for the proposed name. */
  readonly name: string | null;
  readonly origins: Readonly<Partial<Record<Role, Origin>>>;
  /** Null for as proposed. */
  readonly mergeSpellings: boolean | null;
}

export const NO_CHOICES: ImportChoices = { name: null, origins: {}, mergeSpellings: null };

/** Where a role may come from, besides a column. */
const OTHER_KINDS: Readonly<Record<Role, readonly ('file-name' | 'none')[]>> = {
  text: [],
  label: ['file-name'],
  domain: ['file-name', 'none'],
  group: ['file-name', 'none'],
};

/** Names of the columns of all files, in order of first appearance. */
export function columnsOf(files: readonly Pick<FilePreview, 'columns'>[]): string[] {
  return distinct(files.flatMap(({ columns }) => columns));
}

/** The proposal with the user's choices in it. A column that no file has any more, since a file is read otherwise, is no choice. */
export function planWithChoices({ plan, files }: Pick<ImportPreview, 'plan' | 'files'>, { name, origins, mergeSpellings }: ImportChoices): ImportPlan {
  const columns = columnsOf(files);
  const originOf = (role: Role): Origin => {
    const chosen = origins[role];
    return chosen && (chosen.kind !== 'column' || columns.includes(chosen.column)) ? chosen : plan.origins[role];
  };
  return {
    ...plan,
    name: name ?? plan.name,
    origins: { text: originOf('text'), label: originOf('label'), domain: originOf('domain'), group: originOf('group') },
    mergeSpellings: mergeSpellings ?? plan.mergeSpellings,
  };
}

/** How the files are read when one of them is read otherwise. @param readings one a file; null for as detected */
export function withReading(readings: readonly (FileReading | null)[], file: number, reading: FileReading): (FileReading | null)[] {
  return readings.map((before, i) => (i === file ? reading : before));
}

/** What can be chosen for a role: a key for the list, and what the page calls it. */
export interface OriginOption {
  readonly value: string;
  readonly label: string;
}

const COLUMN = 'column ';

/** An origin as a string of its own, and back by `originOfKey`. */
export function keyOfOrigin(origin: Origin): string {
  return origin.kind === 'column' ? COLUMN + origin.column : origin.kind;
}

/** @param key from keyOfOrigin */
export function originOfKey(key: string): Origin {
  if (key.startsWith(COLUMN)) return { kind: 'column', column: key.slice(COLUMN.length) };
  return { kind: key === 'file-name' ? 'file-name' : 'none' };
}

/** Everything that a role can come from. What it comes from now is among them, even where that cannot be carried out. */
export function originOptions(role: Role, columns: readonly string[], now: Origin): OriginOption[] {
  const possible: Origin[] = [...columns.map((column) => ({ kind: 'column', column }) as const), ...OTHER_KINDS[role].map((kind) => ({ kind }))];
  const key = keyOfOrigin(now);
  const all = possible.some((origin) => keyOfOrigin(origin) === key) ? possible : [now, ...possible];
  return all.map((origin) => ({ value: keyOfOrigin(origin), label: originWords(origin, role) }));
}

function originWords(origin: Origin, role: Role): string {
  if (origin.kind === 'column') return `“${origin.column}”`;
  if (origin.kind === 'file-name') return 'The file’s name';
  return OTHER_KINDS[role].includes('none') ? 'None' : 'Choose a column';
}

/** Roles that a column is chosen for, as the preview's head names them. */
export function rolesOfColumn({ origins }: Pick<ImportPlan, 'origins'>, column: string): Role[] {
  return (Object.entries(origins) as [Role, Origin][]).flatMap(([role, origin]) => (origin.kind === 'column' && origin.column === column ? [role] : []));
}
