import { appendCurve, curveLength, CURVE_COLUMNS } from '../../src/core/curve.ts';
import type { RunRecord } from '../../src/core/run-record.ts';
import type { TrainerEvent } from '../../src/protocol/trainer.ts';

/** A report, with what it says of the first head of the first branch beside it. */
export interface ProgressEvent extends Extract<TrainerEvent, { type: 'progress' }> {
  readonly record: RunRecord;
  readonly step: number;
  readonly chunkFrom: number;
  readonly chunk: Float64Array;
}
export type BackendEvent = Extract<TrainerEvent, { type: 'backend' }>;
export type FailedEvent = Extract<TrainerEvent, { type: 'failed' }>;

/** What a trainer has told its listener, and a way to wait for more. */
export class EventLog {
  readonly all: TrainerEvent[] = [];
  private waiting: { wanted: (event: TrainerEvent) => boolean; resolve: (event: TrainerEvent) => void }[] = [];

  add(told: TrainerEvent): void {
    const event = told.type === 'progress' ? withFirst(told) : told;
    this.all.push(event);
    for (const waiter of this.waiting.filter(({ wanted }) => wanted(event))) {
      this.waiting = this.waiting.filter((other) => other !== waiter);
      waiter.resolve(event);
    }
  }

  get progress(): ProgressEvent[] {
    return this.all.filter((event): event is ProgressEvent => event.type === 'progress');
  }

  get failures(): FailedEvent[] {
    return this.all.filter((event) => event.type === 'failed');
  }

  /** The next report of progress, from now on, that is `wanted`. */
  nextProgress(wanted: (event: ProgressEvent) => boolean = () => true): Promise<ProgressEvent> {
    return this.next((event) => event.type === 'progress' && wanted(event as ProgressEvent)) as Promise<ProgressEvent>;
  }

  /** The report that training has ended. */
  stopped(): Promise<ProgressEvent> {
    return this.nextProgress(({ running }) => !running);
  }

  nextBackend(): Promise<BackendEvent> {
    return this.next((event) => event.type === 'backend') as Promise<BackendEvent>;
  }

  private next(wanted: (event: TrainerEvent) => boolean): Promise<TrainerEvent> {
    return new Promise((resolve) => this.waiting.push({ wanted, resolve }));
  }
}

function withFirst(event: Extract<TrainerEvent, { type: 'progress' }>): ProgressEvent {
  const [branch] = event.branches;
  const [chunk] = branch?.chunks ?? [];
  if (!branch || !chunk) throw new Error('The report has no branch.');
  return { ...event, record: branch.record, step: branch.step, chunkFrom: branch.chunkFrom, chunk };
}

/**
 * The curve that a page has after these reports, when it had `start` before.
 * @throws when a chunk would leave a hole
 */
export function joinChunks(reports: readonly ProgressEvent[], start: Float64Array = new Float64Array()): Float64Array {
  return reports.reduce((curve, { chunkFrom, chunk }) => {
    if (chunkFrom > curveLength(curve)) throw new Error(`The chunk from ${chunkFrom} leaves a hole after ${curveLength(curve)} evaluations.`);
    return appendCurve(curve.slice(0, chunkFrom * CURVE_COLUMNS), chunk);
  }, start);
}
