import { CONFIGURATIONS, METHOD_TABLE, configurations } from './configurations.ts';
import { MIN_COMPARED_SEEDS } from './domain-table-bests.ts';
import type { TableFigure } from './domain-table-summary.ts';
import { CHECKPOINTS, type DomainTable, type TableCell } from './domain-table.ts';
import { count, counted } from './format.ts';
import { SLIDERS } from './knobs.ts';
import { OBJECTIVE_TABLE } from './objectives.ts';
import type { HeadSpec } from './run-record.ts';
import { checkpointSteps, type RuleName } from './selection.ts';

/** The leave-one-domain-out table in words. */

/** 75 → “about 75 s”; minutes and hours where there are many. */
export function durationInWords(seconds: number): string {
  if (seconds < 100) return `about ${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `about ${minutes} min`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function headInWords(head: HeadSpec): string {
  if (head.kind === 'linear') return 'linear head';
  return `${head.kind === 'hidden' ? 'hidden layer' : 'two hidden layers'} of ${head.width} units`;
}

/** What the figures of a table are of. */
export function tableInWords({ datasetName, request }: DomainTable): string {
  const { head, steps, seeds } = request;
  const over = seeds === 1 ? 'one seed' : `mean ± standard error over ${seeds} seeds`;
  return `Accuracy in % on the sealed half of each held-out domain of ${datasetName}; ${over}; ${headInWords(head)}, ${counted(steps, 'step')}, ${CONFIGURATIONS} configurations an objective.`;
}

/** A figure in per cent: “81.3 ± 0.6”, or “81.3” for one seed. */
export function figureWords({ mean, standardError }: TableFigure, plusMinus = '±'): string {
  const value = (100 * mean).toFixed(1);
  return standardError === null ? value : `${value} ${plusMinus} ${(100 * standardError).toFixed(1)}`;
}

/** Which method is the best on average by a rule, or why none is called so. */
export function bestInWords(table: DomainTable, rule: RuleName): string {
  const { seeds, methods } = table.request;
  if (methods.length < 2) return 'There is nothing to compare one objective with.';
  if (seeds < MIN_COMPARED_SEEDS) return `With fewer than ${MIN_COMPARED_SEEDS} seeds none is called best.`;
  if (table.best === null) return 'Which objective is best is tested when all cells are there.';
  const average = table.best[rule].at(-1);
  if (average) return `${METHOD_TABLE[average].label} is better than every other objective on average, beyond chance.`;
  if (table.domains.length > 1) return 'No objective is better than every other on average, beyond chance.';
  return 'No objective is better than every other, beyond chance.';
}

/** What a rule chose for one cell. */
export interface ChoiceWords {
  readonly configuration: string;
  readonly step: string;
}

/** Null where the rule chose nothing. @param steps of the training */
export function choiceInWords({ seed, method, scores }: TableCell, rule: RuleName, steps: number): ChoiceWords | null {
  const choice = scores[rule]?.choice;
  const knobs = choice && configurations(method, seed)[choice.configuration];
  if (!choice || !knobs) return null;
  const { strength } = OBJECTIVE_TABLE[METHOD_TABLE[method].objective];
  const amounts = [
    `learning rate ${knobs.learningRate}`,
    `batch size ${knobs.batchSize}`,
    knobs.dropout ? `dropout ${knobs.dropoutRate}` : 'no dropout',
    knobs.l2 ? `L2 ${knobs.l2Strength}` : 'no L2',
    ...(knobs.mixup ? [`mixup α ${knobs.mixupAlpha}`] : []),
    ...(strength === null ? [] : [`${SLIDERS[strength].label} ${knobs[strength]}`]),
  ];
  return {
    configuration: `${choice.configuration === 0 ? 'defaults' : `draw ${choice.configuration}`}: ${amounts.join(', ')}`,
    step: count(checkpointSteps(steps, CHECKPOINTS)[choice.checkpoint] ?? steps),
  };
}
