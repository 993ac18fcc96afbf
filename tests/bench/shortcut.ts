import { TEXT_KINDS, TEXT_KIND_TABLE, textKnob, type TextKind } from '../../src/core/augment/kinds.ts';
import { DEFAULT_KNOBS, type KnobValues } from '../../src/core/knobs.ts';
import type { PartScore } from '../../src/core/metrics.ts';
import type { GroupBy, HeadSpec } from '../../src/core/run-record.ts';
import type { VariantPart } from '../../src/protocol/variants.ts';
import { SEEDS, accuracy, trainRuns, type RunScores } from './runs.ts';
import { differenceAndInterval, mean, meanAndRange } from './summary.ts';
import { variantsOf } from './text-variants.ts';
import type { Workbench } from './workbench.ts';

interface Setting {
  readonly name: string;
  readonly change: Partial<KnobValues>;
  readonly groupBy?: GroupBy;
  /** There is nothing to align, or to tell domains by, without a hidden layer. */
  readonly hiddenOnly?: boolean;
}

const L2: Partial<KnobValues> = { l2: true };
const SETTINGS: readonly Setting[] = [
  { name: 'dropout 0.5', change: { dropout: true } },
  { name: 'input dropout 0.2', change: { inputDropout: true } },
  { name: 'L2 0.003', change: L2 },
  { name: 'L1 0.0001', change: { l1: true } },
  { name: 'weight decay 0.1', change: { weightDecay: true } },
  { name: 'label smoothing 0.1', change: { labelSmoothing: true } },
  { name: 'weight averaging', change: { averaging: true } },
  { name: 'noise 0.5', change: { noise: true } },
  { name: 'mixup 0.2', change: { mixup: true } },
  { name: 'interpolation 0.5', change: { interpolation: true } },
  { name: 'learning-rate decay', change: { learningRateDecay: true } },
  { name: 'learning rate x 1/3', change: { learningRate: DEFAULT_KNOBS.learningRate / 3 } },
  { name: 'batch size 8', change: { batchSize: 8 } },
  { name: 'SGD with momentum', change: { optimizer: 'sgd' } },
  { name: 'GroupDRO by domain', change: { objective: 'groupDro' } },
  { name: 'GroupDRO by group', change: { objective: 'groupDro' }, groupBy: 'group' },
  { name: 'GroupDRO by group, step 0.1', change: { objective: 'groupDro', groupDroStep: 0.1 }, groupBy: 'group' },
  { name: 'GroupDRO by group, step 0.1, L2', change: { objective: 'groupDro', groupDroStep: 0.1, ...L2 }, groupBy: 'group' },
  { name: 'V-REx', change: { objective: 'vrex' } },
  { name: 'V-REx, L2', change: { objective: 'vrex', ...L2 } },
  { name: 'IRMv1', change: { objective: 'irm' } },
  { name: 'IRMv1, L2', change: { objective: 'irm', ...L2 } },
  { name: 'CORAL', change: { objective: 'coral' }, hiddenOnly: true },
  { name: 'DANN', change: { objective: 'dann' }, hiddenOnly: true },
];

/** Other strengths than the knobs' own, and several together. */
const STRENGTHS: readonly Setting[] = [
  { name: 'dropout 0.2', change: { dropout: true, dropoutRate: 0.2 } },
  { name: 'dropout 0.8', change: { dropout: true, dropoutRate: 0.8 } },
  { name: 'L2 0.0003', change: { l2: true, l2Strength: 0.0003 } },
  { name: 'L2 0.03', change: { l2: true, l2Strength: 0.03 } },
  { name: 'mixup 1', change: { mixup: true, mixupAlpha: 1 } },
  { name: 'noise 1', change: { noise: true, noiseNorm: 1 } },
  { name: 'dropout 0.5, L2', change: { dropout: true, ...L2 } },
  { name: 'mixup 0.2, L2', change: { mixup: true, ...L2 } },
  { name: 'dropout 0.5, L2, noise 0.5, mixup 0.2', change: { dropout: true, noise: true, mixup: true, ...L2 } },
  { name: 'GroupDRO by group, step 0.1, L2 0.03', change: { objective: 'groupDro', groupDroStep: 0.1, l2: true, l2Strength: 0.03 }, groupBy: 'group' },
  { name: 'GroupDRO by group, step 0.1, dropout 0.5, L2', change: { objective: 'groupDro', groupDroStep: 0.1, dropout: true, ...L2 }, groupBy: 'group' },
  { name: 'GroupDRO by group, step 0.1, mixup 0.2, L2', change: { objective: 'groupDro', groupDroStep: 0.1, mixup: true, ...L2 }, groupBy: 'group' },
  { name: 'GroupDRO by group, step 0.1, L2, learning-rate decay', change: { objective: 'groupDro', groupDroStep: 0.1, learningRateDecay: true, ...L2 }, groupBy: 'group' },
];

const HEADS: readonly { readonly name: string; readonly head: HeadSpec }[] = [
  { name: 'linear head', head: { kind: 'linear' } },
  { name: 'hidden layer of 64 units', head: { kind: 'hidden', width: 64 } },
];
const HELD_OUT = 'campsites';
const COLUMNS = ['setting', 'validation acc. %', 'held-out acc. %', 'held-out loss', 'change of loss', 'change of acc., points'];

/** What does each knob and objective do to a head that is offered a shortcut? */
export async function shortcutPart(bench: Workbench): Promise<void> {
  const data = await bench.bundled('shortcut');
  const { steps } = bench.options;
  const tick = bench.progress('shortcut: settings', HEADS.length * (1 + SETTINGS.length + STRENGTHS.length + TEXT_KINDS.length));
  const tickKind = bench.progress('shortcut: kinds of text augmentation embedded', TEXT_KINDS.length);
  const kinds: { readonly kind: TextKind; readonly part: VariantPart }[] = [];
  for (const kind of TEXT_KINDS) {
    kinds.push({ kind, part: await variantsOf(bench, data, { heldOutDomain: HELD_OUT, seed: SEEDS[0] }, kind, DEFAULT_KNOBS.textStrength) });
    tickKind();
  }
  bench.print(`  “${HELD_OUT}” held out, ${steps} steps, the page's defaults but for what is named. Held-out rows are both halves.`);
  bench.print(`  Augmented texts at strength ${DEFAULT_KNOBS.textStrength}, all there from the first step on; “% of texts” have anything to change.`);
  bench.print(`  Change: against all off on the same split and seed, mean with Student's 95 % interval over n = ${SEEDS.length} seeds. Ranges are over the seeds.`);
  for (const { name, head } of HEADS) {
    const train = async ({ change, groupBy = 'domain' }: Omit<Setting, 'name'>, variants: readonly VariantPart[] = []): Promise<readonly RunScores[]> => {
      const scores = await trainRuns(bench.makePopulation, data, { heldOutDomain: HELD_OUT, head, knobs: { ...DEFAULT_KNOBS, ...change }, steps, groupBy, variants });
      tick();
      return scores;
    };
    const off = await train({ change: {} });
    const rows = [rowOf('all off, ERM', off, null)];
    for (const setting of SETTINGS.filter(({ hiddenOnly }) => !hiddenOnly || head.kind !== 'linear')) rows.push(rowOf(setting.name, await train(setting), off));
    for (const { kind, part } of kinds) {
      const share = mean([...part.has]);
      rows.push(rowOf(`${TEXT_KIND_TABLE[kind].label}, ${(100 * share).toFixed(1)} % of texts`, await train({ change: { [textKnob(kind)]: true } }, [part]), off));
    }
    bench.print();
    bench.print(`  ${name}: n = ${off[0]?.train.n ?? 0} training, ${off[0]?.validation.n ?? 0} validation, ${off[0]?.heldOut.n ?? 0} held-out rows.`);
    bench.table(COLUMNS, rows);
    const others: string[][] = [];
    for (const setting of STRENGTHS) others.push(rowOf(setting.name, await train(setting), off));
    bench.print();
    bench.print(`  ${name}: other strengths, and several together.`);
    bench.table(COLUMNS, others);
  }
}

function rowOf(name: string, scores: readonly RunScores[], off: readonly RunScores[] | null): string[] {
  const loss = ({ lossMean }: PartScore): number => lossMean;
  const change = (of: (score: PartScore) => number, digits: number): string =>
    off ? differenceAndInterval(scores.map(({ heldOut }, seed) => of(heldOut) - of((off[seed] as RunScores).heldOut)), digits) : '';
  return [
    name,
    meanAndRange(scores.map(({ validation }) => accuracy(validation)), 1),
    meanAndRange(scores.map(({ heldOut }) => accuracy(heldOut)), 1),
    meanAndRange(scores.map(({ heldOut }) => loss(heldOut)), 3),
    change(loss, 3),
    change(accuracy, 1),
  ];
}
