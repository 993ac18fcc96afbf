import type { Dataset } from '../core/examples.ts';
import { DEFAULT_KNOBS, type KnobValues } from '../core/knobs.ts';
import { DEFAULT_STEPS, type GroupBy, type HeadSpec, type RunRecord } from '../core/run-record.ts';
import { DEFAULT_SHAPE, type ShapeValues } from '../core/shape.ts';
import { heldOutChoices } from '../core/splits.ts';
import type { RunRequest } from '../protocol/trainer.ts';
import type { RunState } from './run-state.svelte.ts';

/** What the current run is made of, and the next one unless something is changed. Before there is a run, what the first one will be. */
export class RunSettings {
  heldOutDomain = $state('');
  head = $state.raw<HeadSpec>({ kind: 'hidden', width: 64 });
  seed = $state(1);
  seeds = $state(1);
  groupBy = $state<GroupBy>('domain');
  shape = $state.raw<ShapeValues>(DEFAULT_SHAPE);
  /** In force in the selected branch. */
  readonly knobs = $derived.by<KnobValues>(() => this.run.settings?.knobs ?? DEFAULT_KNOBS);
  /** Length of the selected branch. */
  readonly steps = $derived.by(() => this.run.totalSteps || DEFAULT_STEPS);

  constructor(private readonly run: RunState) {}

  /** What a fresh run with the same settings is asked for with. */
  get request(): RunRequest {
    const { heldOutDomain, head, seed, seeds, groupBy, shape, knobs, steps } = this;
    return { heldOutDomain, head, seed, seeds, groupBy, shape, knobs, steps };
  }

  /**
   * What a fresh run on other data is asked for with: the settings as they are, but a held-out domain of its own.
   * @param kept settings of another time to go by instead; their held-out domain is taken where the data has it
   */
  requestOn(dataset: Dataset, defaultHeldOut: string, kept: RunRequest | null): RunRequest {
    const { head, seed, seeds, shape, knobs, steps, groupBy } = kept ?? this;
    const heldOutDomain = kept && heldOutChoices(dataset).includes(kept.heldOutDomain) ? kept.heldOutDomain : defaultHeldOut;
    return { heldOutDomain, head, seed, seeds, groupBy: dataset.groups.length > 0 ? groupBy : 'domain', shape, knobs, steps };
  }

  /** Takes over those of a run that is now the current one. */
  follow({ heldOutDomain, head, seed, seeds, groupBy, shape }: RunRecord): void {
    this.heldOutDomain = heldOutDomain;
    this.head = head;
    this.seed = seed;
    this.seeds = seeds;
    this.groupBy = groupBy;
    this.shape = shape;
  }
}
