import { METHODS, methodProblem, type Method } from './configurations.ts';
import type { DomainTable, TableCell } from './domain-table.ts';
import { RULE_TABLE, type RuleName } from './selection.ts';

/** Mean sealed accuracy over seeds. */
export interface TableFigure {
  /** 0 … 1 */
  readonly mean: number;
  /** Standard error of the mean over seeds: their standard deviation (n − 1) over √seeds. Null for one seed. */
  readonly standardError: number | null;
  /** Seeds that are finished. */
  readonly seeds: number;
  /** Better than every other method, beyond chance. */
  readonly best: boolean;
}

/** A row: one method's figures by domain, and averaged over them; null where there is none (yet). */
export interface TableRow {
  readonly method: Method;
  readonly domains: readonly (TableFigure | null)[];
  readonly average: TableFigure | null;
  /** Why there is none; null when there is, or will be. */
  readonly problem: string | null;
}

/** The table under one rule, methods in the usual order. */
export function tableRows(table: DomainTable, rule: RuleName): readonly TableRow[] {
  const best = table.best?.[rule] ?? [];
  const usable = table.domains.map(({ problem }, d) => (problem === null ? d : -1)).filter((d) => d >= 0);
  return METHODS.filter((method) => table.request.methods.includes(method)).map((method) => {
    const accuracies = table.domains.map(({ name, sealed }) => accuracyBySeed(table.cells, rule, method, name, sealed));
    const seeds = [...(accuracies[usable[0] ?? 0]?.keys() ?? [])].filter((seed) => usable.every((d) => accuracies[d]?.has(seed)));
    const averages = seeds.map((seed) => usable.reduce((sum, d) => sum + (accuracies[d]?.get(seed) as number), 0) / usable.length);
    return {
      method,
      domains: accuracies.map((bySeed, d) => figure([...bySeed.values()], best[d] === method)),
      average: figure(averages, best[table.domains.length] === method),
      problem: rowProblem(table, rule, method),
    };
  });
}

/** Why a rule gives no figures at all; null when it does, or will. */
export function ruleProblem({ domains, request }: DomainTable, rule: RuleName): string | null {
  if (rule !== 'leaveOneOut') return null;
  if (domains.length > 0 && domains.every(({ leaveOneOutProblem }) => leaveOneOutProblem !== null)) return domains[0]?.leaveOneOutProblem ?? null;
  return request.leaveOneOut ? null : `${RULE_TABLE.leaveOneOut.label} was not asked for.`;
}

function rowProblem(table: DomainTable, rule: RuleName, method: Method): string | null {
  const { domains, request } = table;
  const whole = ruleProblem(table, rule);
  if (whole !== null) return whole;
  const withHidden = request.head.kind !== 'linear';
  const trainDomains = Math.max(1, domains.length - 1);
  const problem = methodProblem(method, withHidden, trainDomains);
  if (problem !== null || rule !== 'leaveOneOut') return problem;
  return methodProblem(method, withHidden, trainDomains - 1) && `${RULE_TABLE.leaveOneOut.label} leaves one training domain, and this objective compares two: it needs four domains.`;
}

function accuracyBySeed(cells: readonly TableCell[], rule: RuleName, method: Method, heldOut: string, sealed: number): Map<number, number> {
  const found = cells.filter((cell) => cell.heldOut === heldOut && cell.method === method && cell.scores[rule] !== null);
  return new Map(found.sort((a, b) => a.seed - b.seed).map(({ seed, scores }) => [seed, (scores[rule]?.correct as number) / sealed]));
}

function figure(values: readonly number[], best: boolean): TableFigure | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, standardError: n > 1 ? Math.sqrt(variance / n) : null, seeds: n, best };
}
