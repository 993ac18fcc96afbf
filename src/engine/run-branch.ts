import { joinedCounts, withJoins, type VariantCount } from '../core/augment/joins.ts';
import type { SeedCurve } from '../core/bands.ts';
import { appendCurve, packEvaluation } from '../core/curve.ts';
import { effectiveKnobs, type EffectiveKnobs } from '../core/effective-knobs.ts';
import type { PartScore } from '../core/metrics.ts';
import { rewound, settingsAt, withChange, type KnobChange, type RunRecord } from '../core/run-record.ts';
import { cutAt, type KeptBranch } from './kept-branches.ts';
import { sizesOf } from './run-data.ts';
import type { MemberSpec } from './population/population.ts';

/** What is recorded of a branch of a run while it is trained: its record and the curves of its heads. It holds no weights, and does no step. */
export class RunBranch {
  /** @param curves one a seed */
  constructor(
    private current: RunRecord,
    private curves: readonly SeedCurve[],
  ) {}

  /** A branch at its start. @param specs one a seed */
  static begin(record: RunRecord, specs: readonly MemberSpec[]): RunBranch {
    return new RunBranch(record, specs.map((spec) => ({ curve: new Float64Array(), sizes: sizesOf(spec) })));
  }

  /** A branch as it was kept: its curves are cut to the evaluations up to the checkpoint's step, and later changes act from there. @param specs one a seed */
  static resume({ record, heads, checkpoints }: KeptBranch, specs: readonly MemberSpec[]): RunBranch {
    const step = checkpoints[0]?.step ?? 0;
    const curves = specs.map((spec, s) => ({ curve: cutAt(heads[s]?.curve ?? new Float64Array(), step), sizes: sizesOf(spec) }));
    return new RunBranch(rewound(record, step), curves);
  }

  get id(): string {
    return this.current.id;
  }

  get record(): RunRecord {
    return this.current;
  }

  /** One a seed. */
  get heads(): readonly SeedCurve[] {
    return this.curves;
  }

  /** Whether its starting point is not scored yet. */
  get isFresh(): boolean {
    return this.curves.some(({ curve }) => curve.length === 0);
  }

  /** Steps of the whole training, as things stand. */
  get totalSteps(): number {
    return settingsAt(this.current, Infinity).totalSteps;
  }

  /** Whether the record names variants that are not among the available ones. */
  lacks(available: readonly VariantCount[]): boolean {
    const isThere = (need: VariantCount): boolean => available.some(({ kind, strength, count }) => kind === need.kind && strength === need.strength && count >= need.count);
    return !joinedCounts(this.current.variantJoins).every(isThere);
  }

  /** @throws RangeError on a value out of range */
  change(change: KnobChange): void {
    this.current = withChange(this.current, change);
  }

  /** Notes that steps from `step` on are computed by `backend`. */
  noteBackend(step: number, backend: string): void {
    const kept = this.current.backends.filter((entry) => entry.step < step);
    if (kept.at(-1)?.backend !== backend) this.current = { ...this.current, backends: [...kept, { step, backend }] };
  }

  /** Variants that the record does not name yet join at `step`. */
  join(step: number, available: readonly VariantCount[]): void {
    this.current = { ...this.current, variantJoins: withJoins(this.current.variantJoins, step, available) };
  }

  /** Knobs of each of the next `steps` steps. @param from steps done */
  plan(from: number, steps: number): readonly EffectiveKnobs[] {
    return Array.from({ length: steps }, (_, i) => {
      const settings = settingsAt(this.current, from + i);
      return effectiveKnobs(settings.knobs, from + i, settings.totalSteps, this.current.variantJoins);
    });
  }

  /** Steps from `step` to the next that is scored: counted by the length in force, so that a replay scores where the run did. */
  stepsToEvaluation(step: number): number {
    const { evaluateEvery } = this.current;
    const toMultiple = evaluateEvery - (step % evaluateEvery);
    for (let ahead = 1; ahead < toMultiple; ahead++) {
      if (step + ahead === settingsAt(this.current, step + ahead - 1).totalSteps) return ahead;
    }
    return toMultiple;
  }

  /** Adds an evaluation after `step` to each curve. @param results of each head: train, validation, held-out */
  evaluated(step: number, results: readonly (readonly PartScore[] | null)[]): void {
    this.curves = this.curves.map(({ curve, sizes }, s) => {
      const [train, validation, heldOut] = results[s] as readonly [PartScore, PartScore, PartScore];
      return { sizes, curve: appendCurve(curve, packEvaluation({ step, scores: { train, validation, heldOut } })) };
    });
  }
}
