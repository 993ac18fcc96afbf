import type { Evaluation } from '../core/curve.ts';
import type { GridPlace, SweepRequest } from '../core/sweep-grid.ts';
import type { SweepCell } from '../core/sweep-scores.ts';
import type { SweepProgress } from '../protocol/sweep.ts';
import type { Looks } from '../protocol/trainer.ts';
import type { WaveListener } from './sweep-wave.ts';

/** Time between two reports to the page. */
const REPORT_EVERY_MS = 160;
/** The speed cannot be told before so much time has gone. */
const SPEED_AFTER_MS = 500;

/** Whether a sweep is still wanted. */
export interface SweepTicket {
  cancelled: boolean;
}

/** Adds up what a sweep has done, and reports it. */
export class SweepTally {
  cells: readonly SweepCell[];
  looks = 0;
  private finished: readonly (readonly Evaluation[])[];
  private latest: readonly (readonly Evaluation[])[] = [];
  private doneSteps = 0;
  private reportedAtMs: number;
  private readonly startedAtMs: number;

  constructor(
    private readonly request: SweepRequest,
    private readonly places: readonly GridPlace[],
    private readonly countLooks: (add: Looks) => Promise<unknown>,
    private readonly nowMs: () => number,
    private readonly onProgress: (progress: SweepProgress) => void,
  ) {
    this.finished = places.map(() => []);
    this.cells = places.map((place) => ({ ...place, evaluations: [] }));
    this.startedAtMs = this.reportedAtMs = nowMs();
  }

  listener(ticket: SweepTicket): WaveListener {
    return {
      nowMs: this.nowMs,
      cancelled: () => ticket.cancelled,
      stepped: (headSteps: number) => {
        this.doneSteps += headSteps;
        if (this.nowMs() - this.reportedAtMs > REPORT_EVERY_MS) this.report();
      },
      looked: async (heads: number, fresh: number) => {
        this.looks += heads;
        await this.countLooks({ evaluations: heads, runs: fresh });
      },
      scored: (evaluations: readonly (readonly Evaluation[])[]) => {
        this.latest = evaluations;
        // Seeds that are still in training are not mixed with those that are done.
        if (this.finished.every((done) => done.length === 0)) this.show(evaluations);
      },
    };
  }

  /** The latest scores are those of heads that are done. */
  waveDone(): void {
    this.finished = this.finished.map((done, cell) => [...done, ...(this.latest[cell] ?? [])]);
    this.show(this.finished);
  }

  private show(evaluations: readonly (readonly Evaluation[])[]): void {
    this.cells = this.places.map((place, cell) => ({ ...place, evaluations: evaluations[cell] ?? [] }));
    this.report();
  }

  private report(): void {
    this.reportedAtMs = this.nowMs();
    const totalSteps = this.places.length * this.request.seeds * this.request.conditions.steps;
    const elapsedMs = this.reportedAtMs - this.startedAtMs;
    const leftMs = elapsedMs < SPEED_AFTER_MS || this.doneSteps === 0 ? null : (elapsedMs / this.doneSteps) * (totalSteps - this.doneSteps);
    this.onProgress({ doneSteps: this.doneSteps, totalSteps, leftMs, cells: this.cells, looks: this.looks });
  }
}
