import type { PartScore } from './metrics.ts';

/**
 * How one of several configurations, and one of its checkpoints, is chosen: the three rules of Gulrajani & Lopez-Paz, "In search of
 * lost domain generalization" (ICLR 2021), section 3. None of them sees a sealed row.
 */
export const RULES = ['training', 'leaveOneOut', 'oracle'] as const;
export type RuleName = (typeof RULES)[number];

export interface Rule {
  readonly name: RuleName;
  readonly label: string;
  readonly short: string;
  /** What it goes by, in a student's words. */
  readonly hint: string;
}

export const RULE_TABLE: Readonly<Record<RuleName, Rule>> = {
  training: {
    name: 'training',
    label: 'Training-domain validation',
    short: 'Training',
    hint: 'The configuration and checkpoint that do best on the validation rows of the training domains, each domain counting alike.',
  },
  leaveOneOut: {
    name: 'leaveOneOut',
    label: 'Leave-one-domain-out validation',
    short: 'Leave one out',
    hint: 'Each training domain is left out in its turn as well; the configuration and checkpoint that do best on the ones left out.',
  },
  oracle: {
    name: 'oracle',
    label: 'Test-domain validation (oracle)',
    short: 'Oracle',
    hint: 'The configuration that does best on the watched half of the held-out domain itself, at its last checkpoint. Nobody could choose like that for a domain that is yet to come.',
  },
};

/** Accuracies (0 … 1) by configuration and checkpoint: grid[k][c]. */
export type AccuracyGrid = readonly (readonly number[])[];

export interface Choice {
  readonly configuration: number;
  /** Index of the checkpoint. */
  readonly checkpoint: number;
  /** What it was chosen by, 0 … 1. */
  readonly accuracy: number;
}

/** The highest accuracy of all. Of equals the configuration of the lowest index, then its earliest checkpoint. @throws RangeError on an empty grid */
export function bestCheckpoint(grid: AccuracyGrid): Choice {
  let best: Choice | null = null;
  grid.forEach((row, configuration) =>
    row.forEach((accuracy, checkpoint) => {
      if (best === null || accuracy > best.accuracy) best = { configuration, checkpoint, accuracy };
    }),
  );
  if (best === null) throw new RangeError('There is nothing to choose from.');
  return best;
}

/** The highest accuracy among the last checkpoints. Of equals the configuration of the lowest index. @throws RangeError on an empty grid */
export function bestLastCheckpoint(grid: AccuracyGrid): Choice {
  const last = (grid[0]?.length ?? 0) - 1;
  return { ...bestCheckpoint(grid.map((row) => row.slice(-1))), checkpoint: last };
}

/** Mean of the parts' accuracies, each part counting alike however large; parts without rows do not count. NaN when none has any. */
export function meanAccuracy(scores: readonly PartScore[]): number {
  const filled = scores.filter(({ n }) => n > 0);
  return filled.reduce((sum, { correct, n }) => sum + correct / n, 0) / filled.length;
}

/** Place by place the mean of grids of one shape. @throws RangeError on no grids */
export function meanGrid(grids: readonly AccuracyGrid[]): AccuracyGrid {
  const [first] = grids;
  if (!first) throw new RangeError('There is nothing to average.');
  return first.map((row, k) => row.map((_, c) => grids.reduce((sum, grid) => sum + (grid[k]?.[c] as number), 0) / grids.length));
}

/** Steps after which a training of `steps` is scored: `count` of them in equal distances, the last one at its end; fewer when it is shorter. */
export function checkpointSteps(steps: number, count: number): readonly number[] {
  const places = Math.min(count, steps);
  return Array.from({ length: places }, (_, i) => Math.round(((i + 1) * steps) / places));
}
