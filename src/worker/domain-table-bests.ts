import { bestMethods, type RuleScores } from '../core/domain-table-bests.ts';
import { byRule, type CellEntry, type TableBests, type TableDomain, type TableRequest } from '../core/domain-table.ts';
import { PairedBootstrap } from '../core/paired-bootstrap.ts';
import { RULES, type RuleName } from '../core/selection.ts';

/** Resamples between two rests. */
const RESAMPLES_AT_ONCE = 20;

/** Which methods are best in a finished table. @param entries all its cells */
export async function tableBests(domains: readonly TableDomain[], request: TableRequest, entries: readonly CellEntry[], rest: () => Promise<void>): Promise<TableBests> {
  const bests = byRule<TableBests[RuleName]>(() => []);
  for (const rule of RULES) {
    const { scores, correct } = completeScores(domains, request, entries, rule);
    if (correct.length === 0) {
      bests[rule] = [...domains.map(() => null), null];
      continue;
    }
    const bootstrap = new PairedBootstrap(correct);
    while (!bootstrap.finished) {
      bootstrap.advance(RESAMPLES_AT_ONCE);
      await rest();
    }
    bests[rule] = bestMethods(scores, domains.length, request.seeds, bootstrap);
  }
  return bests;
}

/** The methods that have figures by a rule, and the domains that have one for all of them with all seeds. */
function completeScores(domains: readonly TableDomain[], { methods, seeds }: TableRequest, entries: readonly CellEntry[], rule: RuleName): { scores: RuleScores; correct: readonly (readonly (readonly Uint8Array[])[])[] } {
  const found = new Map(entries.map(({ cell, sealedCorrect }) => [JSON.stringify([cell.heldOut, cell.method, cell.seed]), sealedCorrect[rule]]));
  const answers = (heldOut: string, method: string): Uint8Array[] => Array.from({ length: seeds }, (_, s) => found.get(JSON.stringify([heldOut, method, s + 1])) ?? []).filter((rows) => rows instanceof Uint8Array);
  const compared = methods.filter((method) => domains.some(({ name }) => answers(name, method).length === seeds));
  const usable = domains.flatMap(({ name, problem, sealed }, domain) => (problem === null ? [{ name, domain, rows: sealed }] : []));
  const whole = usable.filter(({ name }) => compared.length > 0 && compared.every((method) => answers(name, method).length === seeds));
  return {
    scores: { methods: compared, columns: whole.map(({ domain, rows }) => ({ domain, rows })), all: whole.length === usable.length },
    correct: whole.map(({ name }) => compared.map((method) => answers(name, method))),
  };
}
