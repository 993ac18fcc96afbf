import { applyEdit } from '../dataset-edits.ts';
import type { Dataset } from '../examples.ts';
import { counted } from '../format.ts';
import type { ShapeValues } from '../shape.ts';
import { shapedSplits } from '../shaped-split.ts';
import type { RowPair } from './near-copies.ts';
import { rowsOfKeys } from './same-texts.ts';
import { dropRemedy, examplesOf, excerpt, offered, type Finding, type Offer, type Remedy } from './report.ts';

/** The split of one seed: what a run trains on, validates on and holds out. */
export interface SplitChoice {
  readonly heldOutDomain: string;
  readonly seed: number;
  readonly shape: ShapeValues;
}

/** Two texts that nearly repeat each other, by their keys: one is trained on, the other scored. */
interface Crossing {
  readonly trained: string;
  readonly scored: string;
  readonly where: 'validation' | 'held out';
}

/** A data set, and the `textKey` of each of its rows. */
interface Keyed {
  readonly dataset: Dataset;
  readonly keys: readonly string[];
}

/** Leaving texts out moves a few others between training and validation; more rounds than this are not gone through. */
const MAX_ROUNDS = 8;

/**
 * Scored texts that nearly repeat a text trained on, under one label, in the split of a run. Yields after each split of the data, about 0.2 s of work at 100,000 rows.
 * @param choice null where there is no run. @param pairs `nearCopies`
 */
export function* splitCopyFinding(dataset: Dataset, keys: readonly string[], pairs: readonly RowPair[], choice: SplitChoice | null): Generator<void, Finding | null> {
  const { examples } = dataset;
  const alike = pairs.filter(({ earlier, later }) => examples[earlier]?.label === examples[later]?.label).map(({ earlier, later }) => [keys[earlier] ?? '', keys[later] ?? ''] as const);
  if (choice === null || alike.length === 0) return null;
  const crossings = crossingsIn({ dataset, keys }, alike, choice) ?? [];
  yield;
  const whereOf = new Map(crossings.map(({ scored, where }) => [scored, where]));
  if (whereOf.size === 0) return null;
  const held = [...whereOf.values()].filter((where) => where === 'held out').length;
  const firstRow = new Map(keys.map((key, row) => [key, row] as const).reverse());
  const partner = new Map(crossings.map(({ scored, trained }) => [firstRow.get(scored) ?? -1, firstRow.get(trained) ?? -1]));
  const parts = [...(whereOf.size > held ? [`${counted(whereOf.size - held, 'text')} in validation`] : []), ...(held > 0 ? [`${counted(held, 'text')} held out`] : [])];
  return {
    key: 'split-copies',
    severity: 'serious',
    title: `${counted(whereOf.size, 'scored text nearly repeats a training text', 'scored texts nearly repeat training texts')}`,
    count: whereOf.size,
    details: [`With “${choice.heldOutDomain}” held out and seed ${choice.seed}: ${parts.join(', ')}.`],
    rows: rowsOfKeys(keys, new Set(crossings.flatMap(({ trained, scored }) => [trained, scored]))),
    why: 'Their score rewards remembering the copy that is trained on. Exact repeats are kept on one side of the split; near copies are not.',
    examples: examplesOf(dataset, partner.keys(), (row) => `${whereOf.get(keys[row] ?? '') ?? ''}, nearly “${excerpt(examples[partner.get(row) ?? row]?.text ?? '')}”, which is trained on`),
    ...offered([
      ...(yield* remedy({ dataset, keys }, alike, choice, 'trained', (rows) => ({
        label: `Leave the copies out of training (${rows})`,
        done: `Left ${rows} out of training that scored texts nearly repeat.`,
        result: `without ${rows} that scored texts repeat`,
      }))),
      ...(yield* remedy({ dataset, keys }, alike, choice, 'scored', (rows) => ({
        label: `Leave the copies out of what is scored (${rows})`,
        done: `Left ${rows} out of validation and the held-out domain that nearly repeat training texts.`,
        result: `without ${rows} that repeat training texts`,
      }))),
    ]),
  };
}

/** Leaves out all texts of one side that cross the split, and those that cross it once these are gone. */
function* remedy(whole: Keyed, alike: readonly (readonly [string, string])[], choice: SplitChoice, side: 'trained' | 'scored', words: (rows: string) => Omit<Remedy, 'edit'>): Generator<void, readonly Offer[]> {
  const gone = new Set<string>();
  let rest: Keyed = whole;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const crossings = crossingsIn(rest, alike, choice);
    if (crossings === null) return [{ refused: 'without them the data could not be split so' }];
    if (crossings.length === 0) break;
    for (const crossing of crossings) gone.add(crossing[side]);
    if (gone.size === new Set(whole.keys).size) return [{ refused: 'no example would be left' }];
    yield;
    rest = yield* without(whole, gone);
  }
  const rows = rowsOfKeys(whole.keys, gone);
  return dropRemedy(whole.dataset, [...rows], words(counted(rows.length, 'row')));
}

/** Pairs of which one text is trained on and the other is not; null where the data cannot be split so. @param alike keys of texts */
function crossingsIn({ dataset, keys }: Keyed, alike: readonly (readonly [string, string])[], { heldOutDomain, seed, shape }: SplitChoice): Crossing[] | null {
  const sideOf = new Map<string, 'train' | Crossing['where']>();
  const put = (rows: Uint32Array, side: 'train' | Crossing['where']): void => rows.forEach((row) => sideOf.set(keys[row] ?? '', side));
  try {
    const [split] = shapedSplits(dataset, heldOutDomain, [seed], shape);
    split?.train.forEach((rows) => put(rows, 'train'));
    if (split) for (const [rows, side] of [[split.validation, 'validation'], [split.watched, 'held out'], [split.sealed, 'held out']] as const) put(rows, side);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return alike.flatMap((pair) => {
    const trained = pair.find((key) => sideOf.get(key) === 'train');
    const scored = pair.find((key) => key !== trained && sideOf.has(key));
    const where = scored === undefined ? undefined : sideOf.get(scored);
    return trained === undefined || scored === undefined || where === undefined || where === 'train' ? [] : [{ trained, scored, where }];
  });
}

function* without({ dataset, keys }: Keyed, gone: ReadonlySet<string>): Generator<void, Keyed> {
  const rest = yield* applyEdit(dataset, { kind: 'drop', rows: rowsOfKeys(keys, gone) }, dataset.name);
  return { dataset: { ...rest, id: dataset.id }, keys: keys.filter((key) => !gone.has(key)) };
}
