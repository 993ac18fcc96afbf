import type { OnProgress, Progress } from '../protocol/progress.ts';

/** One long call at a time: its progress, and a way to end it. */
export class Job {
  /** What is being done; null when nothing is. */
  title = $state<string | null>(null);
  progress = $state.raw<Progress | null>(null);
  private current = '';
  private counter = 0;

  constructor(private readonly cancelCall: (job: string) => Promise<void>) {}

  get busy(): boolean {
    return this.title !== null;
  }

  /** Runs `call` under a name of its own. A second call ends the first one. */
  async run<T>(title: string, call: (job: string, onProgress: OnProgress) => Promise<T>): Promise<T> {
    this.cancel();
    const job = `${title} ${++this.counter}`;
    this.current = job;
    this.title = title;
    this.progress = null;
    try {
      return await call(job, (progress) => {
        if (this.current === job) this.progress = progress;
      });
    } finally {
      if (this.current === job) {
        this.current = '';
        this.title = null;
        this.progress = null;
      }
    }
  }

  cancel(): void {
    if (this.current) void this.cancelCall(this.current);
  }
}
