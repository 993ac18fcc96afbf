import { textKey } from './examples.ts';
import { count, counted } from './format.ts';
import { fileStem, type ColumnTally, type FilePreview, type ImportPlan, type Role } from './import-plan.ts';
import { ROLE_WORDS } from './import-words.ts';
import { EXAMPLE_LIMITS } from './example-limits.ts';

/** Roles whose values are a few names, each on many rows. */
export type NameRole = Exclude<Role, 'text'>;
export const NAME_ROLES: readonly NameRole[] = ['label', 'domain', 'group'];

type SeenFile = Pick<FilePreview, 'file' | 'columns' | 'rowsSeen' | 'isWhole' | 'tallies'>;
type NamePlan = Pick<ImportPlan, 'origins' | 'mergeSpellings'>;

/** The labels, domains or groups that a plan would make of the rows looked at. */
export interface NamesFound {
  /** Each with its rows, the most frequent first; null when there are too many, or one is too long. */
  readonly names: readonly (readonly [name: string, rows: number])[] | null;
  /** Rows without a name. */
  readonly empty: number;
  /** Spellings that differ in case and white space only, two or more of one name each. */
  readonly alike: readonly (readonly string[])[];
}

/** Null where the role comes from nowhere, or a file lacks its column. */
export function namesFound(role: NameRole, { origins, mergeSpellings }: NamePlan, files: readonly SeenFile[]): NamesFound | null {
  const tallies = files.map((file) => tallyOf(file, origins[role]));
  if (!tallies.every((tally) => tally !== null)) return null;
  const empty = files.reduce((sum, { rowsSeen }, i) => sum + rowsSeen - (tallies[i]?.filled ?? 0), 0);
  const spellings = new Map<string, Map<string, number>>();
  for (const { values } of tallies) {
    if (values === null) return { names: null, empty, alike: [] };
    for (const [name, rows] of values) {
      const same = spellings.get(textKey(name)) ?? new Map<string, number>();
      same.set(name, (same.get(name) ?? 0) + rows);
      spellings.set(textKey(name), same);
    }
  }
  const groups = [...spellings.values()].map((same) => [...same]);
  const names = mergeSpellings ? groups.map((same) => [same[0]?.[0] ?? '', same.reduce((sum, [, rows]) => sum + rows, 0)] as const) : groups.flat();
  if (names.length > EXAMPLE_LIMITS.maxNames[role]) return { names: null, empty, alike: [] };
  return { names: names.sort((a, b) => b[1] - a[1]), empty, alike: groups.flatMap((same) => (same.length > 1 ? [same.map(([name]) => name)] : [])) };
}

function tallyOf({ file, columns, rowsSeen, tallies }: SeenFile, origin: ImportPlan['origins'][Role]): ColumnTally | null {
  if (origin.kind === 'file-name') return { filled: rowsSeen, values: [[fileStem(file), rowsSeen]] };
  return origin.kind === 'none' ? null : (tallies[columns.indexOf(origin.column)] ?? null);
}

/** Names that are told with their rows. */
const NAMES_SHOWN = 6;

/** What the page says of a plan before it is carried out. */
export interface Look {
  readonly words: string;
  /** Whether it is likely not what the user wants. */
  readonly odd: boolean;
}

/** “All 120 rows:”, “The first 1,312 rows:” */
export function rowsSeenInWords(files: readonly SeenFile[]): string {
  const rows = files.reduce((sum, { rowsSeen }) => sum + rowsSeen, 0);
  if (files.every(({ isWhole }) => isWhole)) return rows === 1 ? 'The one row:' : `All ${count(rows)} rows:`;
  return `The first ${counted(rows, 'row')}${files.length > 1 ? ' of the files' : ''}:`;
}

/** What the rows looked at hold under a plan, a sentence or two a role; none while there is no text or label to tell of. */
export function looksOf(plan: NamePlan, files: readonly SeenFile[]): Look[] {
  const { text } = plan.origins;
  const texts = files.map((file) => tallyOf(file, text));
  if (!texts.every((tally) => tally !== null)) return [];
  const withoutText = files.reduce((sum, { rowsSeen }, i) => sum + rowsSeen - (texts[i]?.filled ?? 0), 0);
  const looks: Look[] = withoutText > 0 ? [{ words: `${leftOut(withoutText)} for having no text.`, odd: false }] : [];
  for (const role of NAME_ROLES) {
    const found = namesFound(role, plan, files);
    if (found) looks.push(...looksOfNames(role, found, plan.mergeSpellings));
  }
  return looks;
}

function looksOfNames(role: NameRole, { names, empty, alike }: NamesFound, mergeSpellings: boolean): Look[] {
  const most = EXAMPLE_LIMITS.maxNames[role];
  if (names === null) {
    const words = `too many different values, or too long ones, to be ${role}s (at most ${count(most)}, of at most ${count(EXAMPLE_LIMITS.maxNameLength)} characters). Is it the right column?`;
    return [{ words: `${ROLE_WORDS[role]}: ${words}`, odd: true }];
  }
  const looks: Look[] = [{ words: `${ROLE_WORDS[role]}: ${namesInWords(names)}`, odd: false }];
  const once = names.filter(([, rows]) => rows === 1).length;
  if (names.length >= EXAMPLE_LIMITS.minRows && once > names.length / 2) looks.push({ words: `Most of these ${role}s occur once: is it the right column?`, odd: true });
  if (role === 'label' && empty > 0) looks.push({ words: `${leftOut(empty)} for having no label.`, odd: false });
  if (role === 'domain' && empty === 0 && names.length === 1) looks.push({ words: 'With one domain there is none to hold out: a random sample of the examples is held out instead.', odd: true });
  for (const spellings of alike.slice(0, NAMES_SHOWN)) looks.push({ words: spellingsInWords(role, spellings, mergeSpellings), odd: !mergeSpellings });
  return looks;
}

const leftOut = (rows: number): string => `${counted(rows, 'row')} will be left out`;

/** “pos” 60, “neg” 59 and 3 more. */
function namesInWords(names: readonly (readonly [string, number])[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map(([name, rows]) => `“${name}” ${count(rows)}`);
  const more = names.length - shown.length;
  return (more > 0 ? `${shown.join(', ')} and ${count(more)} more` : shown.join(', ')) + '.';
}

/** “Positive” and “positive” are taken for one label, “Positive”. */
export function spellingsInWords(role: NameRole, spellings: readonly string[], merged: boolean): string {
  const quoted = spellings.map((spelling) => `“${spelling}”`);
  const all = `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1) ?? ''}`;
  return merged ? `${all} are taken for one ${role}, ${quoted[0] ?? ''}.` : `${all} are different ${role}s, though only their case or spaces differ.`;
}
