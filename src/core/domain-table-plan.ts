import { CONFIGURATIONS, methodProblem, type Method } from './configurations.ts';
import type { TableRequest } from './domain-table.ts';
import type { TableSurvey } from './domain-table-survey.ts';

/** What trains together, in one population: all methods and configurations with one seed, without one domain or two. */
export interface TableWave {
  /** The domain that is held out; or two, each validated on for the other. */
  readonly domains: readonly [string] | readonly [string, string];
  readonly seed: number;
  readonly methods: readonly Method[];
}

/**
 * All trainings of a table, in an order in which cells are finished early: before a domain come the pairs that it is in. One training
 * without {d, e} serves d, validated on e, and e, validated on d: D + D(D − 1)/2 trainings for each seed, method and configuration.
 * Methods that cannot be trained are left out.
 */
export function tableWaves(survey: TableSurvey, request: TableRequest): readonly TableWave[] {
  const { domains, trainDomains } = survey;
  const nameOf = (d: number): string => domains[d]?.name as string;
  const trainable = (count: number): Method[] => request.methods.filter((method) => methodProblem(method, request.head.kind !== 'linear', count) === null);
  const waves: TableWave[] = [];
  for (let seed = 1; seed <= request.seeds; seed++) {
    const seen = new Set<string>();
    domains.forEach(({ problem, leaveOneOutProblem }, d) => {
      if (problem !== null) return;
      const wanted = request.leaveOneOut && leaveOneOutProblem === null ? survey.pairs.filter(({ a, b }) => a === d || b === d) : [];
      for (const { a, b, trainDomains: left } of wanted) {
        const pair = `${a} ${b}`;
        if (!seen.has(pair)) waves.push({ domains: [nameOf(a), nameOf(b)], seed, methods: trainable(left) });
        seen.add(pair);
      }
      waves.push({ domains: [nameOf(d)], seed, methods: trainable(trainDomains[d] as number) });
    });
  }
  return waves.filter(({ methods }) => methods.length > 0);
}

/** Whether leave-one-domain-out validation can choose for a method when domains[d] is held out. */
export function canLeaveOneOut(survey: TableSurvey, request: TableRequest, d: number, method: Method): boolean {
  if (!request.leaveOneOut || survey.domains[d]?.leaveOneOutProblem !== null) return false;
  const pairs = survey.pairs.filter(({ a, b }) => a === d || b === d);
  return pairs.every(({ trainDomains }) => methodProblem(method, request.head.kind !== 'linear', trainDomains) === null);
}

/** Heads that are trained in the waves. */
export function trainingsIn(waves: readonly TableWave[]): number {
  return waves.reduce((sum, { methods }) => sum + methods.length * CONFIGURATIONS, 0);
}
