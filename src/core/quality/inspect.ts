import type { Dataset } from '../examples.ts';
import type { LeftOut } from '../left-out.ts';
import { domainBalanceFinding, labelBalanceFinding, labelShiftFinding, loneLabelFinding } from './balance.ts';
import { leftOutFinding } from './left-out-finding.ts';
import { nearConflictFinding, nearCopies, nearCopyFinding, type RowPair } from './near-copies.ts';
import { oneWordFindings } from './one-word-findings.ts';
import { oneWordRules } from './one-word-rules.ts';
import { cutFinding, shortFinding, unreadableFinding, type TokenMeasures } from './readable-texts.ts';
import { SEVERITIES, type Finding, type QualityReport } from './report.ts';
import { conflictFinding, repeatFinding } from './same-texts.ts';
import { splitCopyFinding, type SplitChoice } from './split-copies.ts';
import { smallCellsFinding, smallDomainsFinding, smallGroupCellsFinding, smallGroupsFinding, smallLabelsFinding } from './small-parts.ts';

/** What was found out about the texts before they are judged. */
export interface TextFacts {
  /** `textKey` of each row. */
  readonly keys: readonly string[];
  /** `alikeRows` of the data set. */
  readonly alike: readonly RowPair[];
  /** Unit-norm embedding of a row that is in `alike`, where there is one. */
  readonly vectorOf: (row: number) => Float32Array | undefined;
  readonly measures: TokenMeasures;
  /** Of the run that there is; null where there is none. */
  readonly split: SplitChoice | null;
  /** `leftOutOf` its origin. */
  readonly leftOut: LeftOut | null;
}

/** Judges a data set. Yields the share done, 0 … 1, every few milliseconds, so that whoever runs it can let others in. */
export function* inspect(dataset: Dataset, { keys, alike, vectorOf, measures, split, leftOut }: TextFacts): Generator<number, QualityReport> {
  const rules = yield* oneWordRules(dataset);
  const copies = nearCopies(alike, vectorOf);
  yield 1;
  const crossing = yield* atShare(1, splitCopyFinding(dataset, keys, copies, split));
  const checks: readonly (() => Finding | null)[] = [
    () => conflictFinding(dataset, keys),
    () => crossing,
    () => nearCopyFinding(dataset, keys, copies),
    () => repeatFinding(dataset, keys),
    () => unreadableFinding(dataset, measures),
    () => nearConflictFinding(dataset, keys, copies),
    () => cutFinding(dataset, measures),
    () => shortFinding(dataset),
    () => labelBalanceFinding(dataset),
    () => labelShiftFinding(dataset),
    () => loneLabelFinding(dataset),
    () => smallDomainsFinding(dataset),
    () => smallLabelsFinding(dataset),
    () => smallGroupsFinding(dataset),
    () => smallCellsFinding(dataset),
    () => smallGroupCellsFinding(dataset),
    () => domainBalanceFinding(dataset),
  ];
  const findings: Finding[] = [];
  for (const check of checks) {
    yield 1;
    const finding = check();
    if (finding) findings.push(finding);
  }
  yield 1;
  const outside = leftOutFinding(dataset, leftOut);
  findings.push(...oneWordFindings(dataset, rules), ...(outside ? [outside] : []));
  return { datasetId: dataset.id, rows: dataset.examples.length, split, findings: findings.map(withReasons).sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)) };
}

/** Says why there is no remedy where there is none. */
function withReasons(finding: Finding): Finding {
  if (finding.remedies.length > 0 || finding.refused.length === 0) return finding;
  return { ...finding, details: [...finding.details, `There is no remedy by one click: ${[...new Set(finding.refused)].join('; ')}.`] };
}

/** Work that does not tell how far it has come. */
function* atShare<T>(share: number, work: Generator<void, T>): Generator<number, T> {
  for (let next = work.next(); ; next = work.next()) {
    if (next.done) return next.value;
    yield share;
  }
}
