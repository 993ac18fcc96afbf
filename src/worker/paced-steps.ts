/** Behind by more than this, a held-back run does not try to catch up: the tab was hidden, or the machine busy. */
const FORGIVEN_MS = 500;
/** Steps done in one go, at most: a knob that is turned must not wait for long. */
const MOST_STEPS = 64;
/** Time over which the speed is measured. */
const SPEED_OVER_MS = 500;

/** How many steps to do next: no more than the pace allows, and than fit into a slice of time. */
export class PacedSteps {
  private stepsPerSecond = Infinity;
  private done = 0;
  private origin = { atMs: 0, done: 0 };
  private stepMs = 1;
  private measured = { atMs: 0, done: 0, stepsPerSecond: 0 };

  constructor(private readonly nowMs: () => number) {}

  /** Training begins now. */
  begin(): void {
    this.measured = { atMs: this.nowMs(), done: this.done, stepsPerSecond: 0 };
    this.setPace(this.stepsPerSecond);
  }

  /** At most so many steps a second from now on; Infinity for no limit. */
  setPace(stepsPerSecond: number): void {
    this.stepsPerSecond = stepsPerSecond;
    this.origin = { atMs: Number.isFinite(stepsPerSecond) ? this.nowMs() : 0, done: this.done };
  }

  /** Steps to do now; 0 when none is due. @param sliceMs what they may take */
  next(sliceMs: number): number {
    const affordable = Math.max(1, Math.min(MOST_STEPS, Math.floor(sliceMs / this.stepMs)));
    if (!Number.isFinite(this.stepsPerSecond)) return affordable;
    if (this.waitMs() < -FORGIVEN_MS) this.setPace(this.stepsPerSecond);
    // The first step is due at once, the next one a pace later.
    const due = Math.floor(((this.nowMs() - this.origin.atMs) * this.stepsPerSecond) / 1000) + 1 - (this.done - this.origin.done);
    return Math.max(0, Math.min(affordable, due));
  }

  /** Milliseconds until the next step is due; negative when it is late. */
  waitMs(): number {
    return this.origin.atMs + ((this.done - this.origin.done) * 1000) / this.stepsPerSecond - this.nowMs();
  }

  /** Does `steps` steps by `work`, and learns from the time they take. */
  async timed<T>(steps: number, work: () => Promise<T>): Promise<T> {
    const fromMs = this.nowMs();
    const result = await work();
    this.done += steps;
    const stepMs = (this.nowMs() - fromMs) / steps;
    this.stepMs = 0.7 * this.stepMs + 0.3 * stepMs;
    return result;
  }

  /** Steps a second, measured twice a second. */
  speed(running: boolean): number {
    const elapsedMs = this.nowMs() - this.measured.atMs;
    if (running && elapsedMs > SPEED_OVER_MS) {
      this.measured = { atMs: this.nowMs(), done: this.done, stepsPerSecond: ((this.done - this.measured.done) * 1000) / elapsedMs };
    }
    return this.measured.stepsPerSecond;
  }
}
