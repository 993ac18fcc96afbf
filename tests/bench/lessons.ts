import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { rowLoss } from '../../src/core/metrics.ts';
import { oneWordFindings } from '../../src/core/quality/one-word-findings.ts';
import { oneWordRules } from '../../src/core/quality/one-word-rules.ts';
import { splitDataset } from '../../src/core/splits.ts';
import { wilson } from '../../src/core/statistics.ts';
import { knobChanges, type KnobChange } from './knobs.ts';
import { nearCopyCosines } from './near-copy-cosines.ts';
import { SEEDS, accuracy, populationData, trainRuns, withTrained, type RunScores } from './runs.ts';
import { sampled } from './sampled.ts';
import { mean, meanAndError, meanAndRange } from './summary.ts';
import { distinctTrigramRatio, wordQuartiles } from './variety.ts';
import { closestRows } from './vectors.ts';
import type { EmbeddedDataset, Workbench } from './workbench.ts';

const LESSONS = ['support', 'spam', 'shortcut', 'names'] as const;
const EARLY_STEPS = 60;
const LINEAR = { kind: 'linear' } as const;
/** `shortcut` has a part of its own for these. */
const WITH_KNOBS = ['support', 'spam', 'names'] as const;
const KNOB_CHANGES: readonly KnobChange[] = [
  { name: `dropout ${DEFAULT_KNOBS.dropoutRate}`, change: { dropout: true } },
  { name: `L2 ${DEFAULT_KNOBS.l2Strength}`, change: { l2: true } },
  { name: `mixup ${DEFAULT_KNOBS.mixupAlpha}`, change: { mixup: true } },
  { name: 'dropout, L2, noise and mixup', change: { dropout: true, l2: true, noise: true, mixup: true } },
];
/** What `spam` is held beside, cut to the same number of rows. */
const REAL_SPAM = 'youtube-spam.csv';
const REAL_SPAM_NAME = `${REAL_SPAM}, sample`;

/** What is known of the bundled lessons: how varied they are, and what leaving one domain out shows. */
export async function lessonsPart(bench: Workbench): Promise<void> {
  await variety(bench);
  await oneWords(bench);
  await nearCopyCosines(bench);
  const realSpam = bench.options.hasData ? await realSpamLike(bench, await bench.bundled('spam')) : null;
  const tick = bench.progress('lessons: held-out domains', 2 * (4 * LESSONS.length + (realSpam?.dataset.domains.length ?? 0)));
  for (const id of LESSONS) await leaveOneOut(bench, id, await bench.bundled(id), tick);
  if (realSpam) await leaveOneOut(bench, REAL_SPAM_NAME, realSpam, tick);
  await names(bench, await bench.bundled('names'));
  for (const id of WITH_KNOBS) {
    bench.print();
    await knobChanges(bench, `Bundled ${id}`, await bench.bundled(id), KNOB_CHANGES);
  }
  if (realSpam) {
    bench.print();
    await knobChanges(bench, `Real comments (${REAL_SPAM_NAME})`, realSpam, KNOB_CHANGES);
  }
}

async function realSpamLike(bench: Workbench, { dataset }: EmbeddedDataset): Promise<EmbeddedDataset> {
  return sampled(await bench.realData(REAL_SPAM), dataset.examples.length);
}

async function variety(bench: Workbench): Promise<void> {
  const rows: string[][] = [];
  for (const id of LESSONS) {
    const data = await bench.bundled(id);
    rows.push(varietyOf(id, data));
    if (id === 'spam' && bench.options.hasData) rows.push(varietyOf(REAL_SPAM_NAME, await realSpamLike(bench, data)));
  }
  bench.print('  Variety. In “names” each statement recurs with six names. A real set is cut to the same number of rows, since the ratio falls with it.');
  bench.table(['data set', 'n rows', 'trigram ratio', 'words: min, quartiles, max', 'largest cosine'], rows);
}

function varietyOf(name: string, { dataset, features }: EmbeddedDataset): string[] {
  const texts = dataset.examples.map(({ text }) => text);
  return [name, String(texts.length), distinctTrigramRatio(texts).toFixed(3), wordQuartiles(texts).join(', '), closestRows(features).cosine.toFixed(3)];
}

/** Words that give a label away, as the page's check of the data tells of them. */
async function oneWords(bench: Workbench): Promise<void> {
  bench.print();
  bench.print('  One word: what the page’s check of the data finds.');
  for (const id of ['reviews', ...LESSONS]) {
    const { dataset } = await bench.bundled(id);
    const search = oneWordRules(dataset);
    let turn = search.next();
    while (!turn.done) turn = search.next();
    const findings = oneWordFindings(dataset, turn.value);
    if (findings.length === 0) bench.print(`  ${id}: no word gives a label away.`);
    for (const { title, details } of findings) bench.print(`  ${id}: ${title}. ${details.join(' ')}`);
  }
}

async function leaveOneOut(bench: Workbench, id: string, data: EmbeddedDataset, tick: () => void): Promise<void> {
  const { steps } = bench.options;
  const rows: string[][] = [];
  const losses: string[][] = [];
  for (const heldOutDomain of data.dataset.domains) {
    const train = async (length: number): Promise<readonly RunScores[]> => {
      const scores = await trainRuns(bench.makePopulation, data, { heldOutDomain, head: LINEAR, knobs: DEFAULT_KNOBS, steps: length });
      tick();
      return scores;
    };
    const early = await train(Math.min(EARLY_STEPS, steps));
    const late = await train(steps);
    losses.push([heldOutDomain, ...(['train', 'validation', 'heldOut'] as const).map((part) => meanAndError(late.map((score) => score[part].lossMean), 3)), meanAndError(early.map(({ heldOut }) => heldOut.lossMean), 3)]);
    const accuracies = (scores: readonly RunScores[], part: keyof RunScores): number[] => scores.map((score) => accuracy(score[part]));
    // Rows of one statement are not independent of each other.
    const independent = (late[0]?.heldOut.n ?? 0) / Math.max(1, data.dataset.groups.length && id === 'names' ? data.dataset.groups.length : 1);
    const held = mean(accuracies(late, 'heldOut'));
    const { low, high } = wilson((held / 100) * independent, independent);
    rows.push([
      heldOutDomain,
      meanAndRange(accuracies(late, 'train'), 1),
      meanAndRange(accuracies(late, 'validation'), 1),
      meanAndRange(accuracies(early, 'heldOut'), 1),
      meanAndRange(accuracies(late, 'heldOut'), 1),
      `${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)} (n = ${independent})`,
    ]);
  }
  bench.print();
  bench.print(`  ${id}: leave one domain out, linear head, default knobs; accuracy in %, mean over n = ${SEEDS.length} seeds (min to max). Held-out rows are both halves.`);
  bench.print('  Interval: 95 %, Wilson, of the mean accuracy for n held-out rows (in “names”: statements).');
  bench.table(['held out', `train, step ${steps}`, 'validation', `held out, step ${Math.min(EARLY_STEPS, steps)}`, `held out, step ${steps}`, '95 % interval'], rows);
  bench.print();
  bench.print(`  ${id}: the same, loss (cross-entropy): mean ± standard error over n = ${SEEDS.length} seeds.`);
  bench.table(['held out', `train, step ${steps}`, `validation, step ${steps}`, `held out, step ${steps}`, `held out, step ${Math.min(EARLY_STEPS, steps)}`], losses);
}

/** Accuracy by group, and how often the answer depends on nothing but the name. */
async function names(bench: Workbench, data: EmbeddedDataset): Promise<void> {
  const { dataset } = data;
  const { groups, domains } = dataset;
  const { steps } = bench.options;
  const rows: string[][] = [];
  for (const heldOutDomain of domains) {
    const answers = await heldOutAnswers(bench, data, heldOutDomain, steps);
    const byGroup = groups.map((group) => mean(answers.map((rowsOfSeed) => share(rowsOfSeed.filter(({ row }) => dataset.examples[row]?.group === group), ({ correct }) => correct))));
    // The six rows of a statement stand together in the file.
    const moved = mean(answers.map((rowsOfSeed) => share(statementsOf(rowsOfSeed, groups.length), (statement) => new Set(statement.map(({ answer }) => answer)).size > 1)));
    rows.push([heldOutDomain, ...byGroup.map((value) => (100 * value).toFixed(1)), (100 * moved).toFixed(1)]);
  }
  const statements = dataset.examples.length / groups.length / domains.length;
  bench.print();
  bench.print(`  names: held-out accuracy in % by group, and the share of the ${statements} statements whose answer depends on the name; linear head, ${steps} steps, mean over n = ${SEEDS.length} seeds.`);
  bench.table(['held out', ...groups, 'depends on the name'], rows);
}

interface Answer {
  readonly row: number;
  readonly answer: number;
  readonly correct: boolean;
}

/** What each seed's head answers for each held-out row, in the order of the file: [seed][row]. */
async function heldOutAnswers(bench: Workbench, data: EmbeddedDataset, heldOutDomain: string, steps: number): Promise<Answer[][]> {
  const splits = SEEDS.map((seed) => splitDataset(data.dataset, heldOutDomain, seed));
  const population = populationData(data, splits[0]?.labels ?? []);
  const members = splits.map((split, i) => ({ seed: SEEDS[i] as number, train: split.train, parts: [] }));
  const rows = Uint32Array.from([...(splits[0]?.watched ?? []), ...(splits[0]?.sealed ?? [])].sort((a, b) => a - b));
  const logits = await withTrained(bench.makePopulation, population, LINEAR, members, DEFAULT_KNOBS, { steps }, (trained) => Promise.all(members.map((_, member) => trained.rowLogits(member, rows))));
  const { classes, classOf } = population;
  return logits.map((values) =>
    [...rows].map((row, i) => {
      const own = values.subarray(i * classes, (i + 1) * classes);
      return { row, answer: own.indexOf(Math.max(...own)), correct: rowLoss(values, classes, i, classOf[row] as number).correct };
    }),
  );
}

/** Consecutive runs of `size` answers. */
function statementsOf(answers: readonly Answer[], size: number): Answer[][] {
  return Array.from({ length: answers.length / size }, (_, i) => answers.slice(i * size, (i + 1) * size));
}

function share<T>(items: readonly T[], is: (item: T) => boolean): number {
  return items.filter(is).length / items.length;
}
