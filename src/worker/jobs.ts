import { DataError } from '../data/errors.ts';
import { HeldoutError } from '../protocol/errors.ts';

/** Long calls by their names, so that `cancel` can end one. */
export class Jobs {
  private readonly running = new Map<string, AbortController>();

  /** @throws HeldoutError 'cancelled' once `cancel` was called; what `work` throws, data errors as the page knows them */
  async run<T>(job: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.running.set(job, controller);
    try {
      return await work(controller.signal);
    } catch (error) {
      if (controller.signal.aborted) throw new HeldoutError('cancelled', 'Cancelled. Nothing was changed.', '');
      throw error instanceof DataError ? new HeldoutError(error.code, error.message, error.remedy, error.place) : error;
    } finally {
      this.running.delete(job);
    }
  }

  cancel(job: string): void {
    this.running.get(job)?.abort();
  }
}
