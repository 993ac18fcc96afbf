import type { SliderName } from '../core/knobs.ts';
import { sweepProblem, sweepableKnobs, wholeAxis, type SweepAxis, type SweepConditions, type SweepRequest } from '../core/sweep-grid.ts';
import type { SweepResult } from '../core/sweep-scores.ts';
import { conditionChanges } from '../core/sweep-words.ts';
import type { SweepApi, SweepProgress } from '../protocol/sweep.ts';
import type { Notices } from './notices.svelte.ts';

const FIRST_POSITIONS = 5;

/** The sweep that is being set up, the one that runs, and the last one's result. */
export class SweepState {
  /** Columns. */
  x = $state.raw<SweepAxis>(wholeAxis('l2Strength', FIRST_POSITIONS));
  /** Rows. */
  y = $state.raw<SweepAxis>(wholeAxis('dropoutRate', FIRST_POSITIONS));
  /** Heads a cell. */
  seeds = $state(1);
  running = $state(false);
  progress = $state.raw<SweepProgress | null>(null);
  /** The latest sweep, as far as it has come. It stays when the page's settings change. */
  result = $state.raw<SweepResult | null>(null);

  /** @param conditionsNow what a sweep would be made with: the current run's settings; null before there is one */
  constructor(
    private readonly api: SweepApi,
    private readonly notices: Notices,
    private readonly conditionsNow: () => SweepConditions | null,
  ) {}

  get conditions(): SweepConditions | null {
    return this.conditionsNow();
  }

  /** The sweep as it is set up. */
  get request(): SweepRequest | null {
    const { conditions, x, y, seeds } = this;
    return conditions && { conditions, x, y, seeds };
  }

  /** Why it cannot be run; null when it can, or there is nothing to sweep yet. */
  get problem(): string | null {
    return this.request && sweepProblem(this.request);
  }

  /** Knobs to choose from, with the chosen ones, which may have gone out of force. */
  get choices(): readonly SliderName[] {
    const sweepable = this.conditions ? sweepableKnobs(this.conditions.knobs) : [];
    return [...sweepable, ...[this.x.knob, this.y.knob].filter((knob, i, chosen) => !sweepable.includes(knob) && chosen.indexOf(knob) === i)];
  }

  /** In what the settings differ by now from those of the result. */
  get changes(): readonly string[] {
    return this.result && this.conditions ? conditionChanges(this.result.request, this.conditions) : [];
  }

  async start(): Promise<void> {
    const { request } = this;
    if (!request || this.problem !== null || this.running) return;
    this.running = true;
    let open = true; // reports travel by a way of their own, and may come after the result
    try {
      const result = await this.api.run(request, (progress) => {
        if (!open) return;
        this.progress = progress;
        this.result = { request, cells: progress.cells, cancelled: false, looks: progress.looks };
      });
      open = false;
      this.result = result;
    } catch (error) {
      open = false;
      if (this.result?.request === request) this.result = { ...this.result, cancelled: true };
      this.notices.error(error);
    } finally {
      this.running = false;
      this.progress = null;
    }
  }

  async cancel(): Promise<void> {
    await this.api.cancel();
  }
}
