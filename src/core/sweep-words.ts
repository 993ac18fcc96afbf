import type { Metric } from './bands.ts';
import { changeInWords } from './change-words.ts';
import type { Evaluation } from './curve.ts';
import { count, counted, knobNumber, nats, natsRange, percent, percentRange } from './format.ts';
import { PART_NAMES, signed, verdict } from './gaps.ts';
import { SLIDERS, type KnobName } from './knobs.ts';
import type { HeadSpec } from './run-record.ts';
import type { ShapeValues } from './shape.ts';
import { shapeInWords } from './shape-words.ts';
import type { Estimate, Interval } from './statistics.ts';
import { sweepChoice } from './sweep-choice.ts';
import { knobsOfSweep, type SweepConditions, type SweepRequest } from './sweep-grid.ts';
import { cellReading, cellValues, seedsShown, stepsShown, type CellReading, type SweepCell, type SweepResult, type SweepView } from './sweep-scores.ts';

export const VIEW_NAMES: Readonly<Record<SweepView, string>> = { ...PART_NAMES, difference: 'Held-out minus validation' };
export const NOT_TRAINED = 'not trained';

/** The number that a cell shows: nats, per cent, or for a difference nats or points with their sign. */
export function cellNumber({ value }: Estimate, view: SweepView, metric: Metric): string {
  if (view === 'difference') return withSign(value, metric);
  return metric === 'loss' ? nats(value) : (100 * value).toFixed(1);
}

/** Which cell: “L2 strength 0.01, Dropout rate 0.5”. */
export function cellName(result: SweepResult, cell: SweepCell): string {
  const { x, y } = cellValues(result, cell);
  const { request } = result;
  return `${SLIDERS[request.x.knob].label} ${knobNumber(x)}, ${SLIDERS[request.y.knob].label} ${knobNumber(y)}`;
}

/** One number of a cell with its interval and n: “held-out loss 0.412 (0.390–0.433), n = 180 examples”. */
export function readingInWords(cell: SweepCell, view: SweepView, metric: Metric): string {
  const shown = cellReading(cell, view, metric);
  if (!shown) return cell.evaluations.length === 0 ? NOT_TRAINED : `${VIEW_NAMES[view].toLowerCase()}: no examples`;
  const name = view === 'difference' ? `held-out minus validation ${metric}` : `${VIEW_NAMES[view].toLowerCase()} ${metric}`;
  const value = view === 'difference' ? withUnit(shown, metric) : metric === 'loss' ? nats(shown.value) : percent(shown.value);
  return `${name} ${value} (${rangeOf(shown, view, metric)}), ${basis(shown, cell, view)}`;
}

/** What the numbers in brackets are, once for all cells. */
export function intervalsInWords(result: SweepResult): string {
  const seeds = seedsShown(result);
  if (seeds === 0) return '';
  if (seeds === 1) return 'Numbers in brackets are 95 % intervals over examples: another seed is not in them.';
  return `Numbers are means over ${seeds} seeds; in brackets are 95 % intervals over seeds: other examples are not in them.`;
}

/** How far the shown cells are trained. */
export function trainedInWords(result: SweepResult): string {
  const { steps } = result.request.conditions;
  const seeds = seedsShown(result);
  if (seeds === 0) return 'No cell has been scored.';
  const done = stepsShown(result);
  const after = done < steps ? `after ${count(done)} of ${counted(steps, 'step')}` : `after ${counted(steps, 'step')}`;
  const of = result.request.seeds > 1 ? `, ${seeds} of ${counted(result.request.seeds, 'seed')} each` : '';
  return `${counted(result.cells.length, 'cell')} ${after}${of}${result.cancelled ? '; cancelled before the end' : ''}.`;
}

/** Best cells, what choosing by validation costs, and what it means to have looked. Empty before there are scores. */
export function choiceInWords(result: SweepResult, metric: Metric): readonly string[] {
  const choice = sweepChoice(result, metric);
  if (!choice) return [];
  const best = metric === 'loss' ? 'Lowest' : 'Highest';
  const { byValidation, byHeldOut, cost, over, watched } = choice;
  const n = `n = ${counted(watched, 'watched example')}${over === 'seeds' ? ` and ${byValidation.evaluations.length} seeds` : ''}`;
  const looked = `Looking at the held-out map is itself a selection: this sweep has scored the watched half ${counted(result.looks, 'time')}, and each counts as a look. Only the sealed half can still tell how good a choice is.`;
  if (byValidation === byHeldOut) {
    return [`${best} validation and ${best.toLowerCase()} held-out ${metric} are in one cell: ${cellName(result, byValidation)}. Choosing by validation costs nothing here (${n}).`, looked];
  }
  const held = (cell: SweepCell): string => {
    const shown = cellReading(cell, 'heldOut', metric);
    return shown ? (metric === 'loss' ? nats(shown.value) : percent(shown.value)) : '';
  };
  const amount = metric === 'loss' ? nats(cost.value) : `${(100 * cost.value).toFixed(1)} points`;
  const clear = verdict(cost) === 'unclear' ? ': too close to zero to tell' : '';
  return [
    `${best} validation ${metric}: ${cellName(result, byValidation)}. ${best} held-out ${metric}: ${cellName(result, byHeldOut)}.`,
    `Choosing by validation costs ${amount} of held-out ${metric} here, ${held(byValidation)} instead of ${held(byHeldOut)} (95 % interval over ${over} ${withSign(cost.low, metric)} to ${withSign(cost.high, metric)}, ${n})${clear}. The best of ${result.cells.length} held-out numbers flatters itself, for it was picked for being the best, so the true cost is rather less.`,
    looked,
  ];
}

/** What all cells share. */
export function conditionsInWords({ conditions, seeds }: SweepRequest): string {
  const { datasetName, heldOutDomain, head, seed, shape, steps } = conditions;
  const shaped = shapeInWords(shape);
  return `${datasetName}${shaped && ` (${shaped})`}, held-out ${heldOutDomain}, ${headInWords(head)}, ${seeds === 1 ? `seed ${seed}` : `${seeds} seeds from ${seed} on`}, ${counted(steps, 'step')}`;
}

/** In what the current settings differ from those that a sweep was made with, its own two knobs aside: “head: linear then, hidden layer of 64 now”. */
export function conditionChanges(request: SweepRequest, now: SweepConditions): readonly string[] {
  const then = request.conditions;
  const ownKnobs = new Set<KnobName>(knobsOfSweep(request));
  const changes: [label: string, then: string, now: string][] = [
    ['data', then.datasetName, now.datasetName],
    ['held-out domain', then.heldOutDomain, now.heldOutDomain],
    ['head', headInWords(then.head), headInWords(now.head)],
    ['seed', String(then.seed), String(now.seed)],
    ['steps', count(then.steps), count(now.steps)],
    ['GroupDRO’s groups', `by ${then.groupBy}`, `by ${now.groupBy}`],
    ['shape of the data', shapeOrNone(then.shape), shapeOrNone(now.shape)],
  ];
  if (then.datasetId !== now.datasetId && then.datasetName === now.datasetName) changes.unshift(['data', then.datasetName, 'another of that name']);
  const knobs = (Object.keys(then.knobs) as KnobName[]).filter((knob) => !ownKnobs.has(knob) && then.knobs[knob] !== now.knobs[knob]);
  return [
    ...changes.filter(([, before, after]) => before !== after).map(([label, before, after]) => `${label}: ${before} then, ${after} now`),
    ...knobs.map((knob) => `${changeInWords({ step: 0, knob, value: then.knobs[knob] })} then, ${changeInWords({ step: 0, knob, value: now.knobs[knob] })} now`),
  ];
}

/** Time left, from the share that is done. Empty before it can be told. */
export function timeLeftInWords(leftMs: number | null): string {
  if (leftMs === null) return '';
  const seconds = Math.ceil(leftMs / 1000);
  return seconds < 100 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`;
}

function shapeOrNone(shape: ShapeValues): string {
  return shapeInWords(shape) || 'as it is';
}

function headInWords(head: HeadSpec): string {
  if (head.kind === 'linear') return 'linear head';
  return `${head.kind === 'hidden' ? 'hidden layer' : 'two hidden layers'} of ${head.width}`;
}

function withSign(value: number, metric: Metric): string {
  return metric === 'loss' ? signed(value, 3) : signed(100 * value, 1);
}

function withUnit({ value }: Estimate, metric: Metric): string {
  return metric === 'loss' ? withSign(value, metric) : `${withSign(value, metric)} points`;
}

function rangeOf(interval: Interval, view: SweepView, metric: Metric): string {
  if (view === 'difference') return `${withSign(interval.low, metric)} to ${withSign(interval.high, metric)}`;
  return metric === 'loss' ? natsRange(interval) : percentRange({ low: Math.max(0, interval.low), high: Math.min(1, interval.high) });
}

/** What the interval is over, and of how many. */
function basis({ over }: CellReading, { evaluations }: SweepCell, view: SweepView): string {
  const sizes = (part: 'validation' | 'heldOut'): string => {
    const all = evaluations.map((evaluation: Evaluation) => evaluation.scores[part].n);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return low === high ? count(low) : `${count(low)}–${count(high)}`;
  };
  const examples = view === 'difference' ? `${sizes('heldOut')} and ${sizes('validation')}` : sizes(view);
  return over === 'examples' ? `n = ${examples} examples` : `n = ${evaluations.length} seeds, ${examples} examples each`;
}
