import type { EncoderApi } from '../protocol/encoder.ts';
import type { TrainerApi } from '../protocol/trainer.ts';
import { Job } from './job.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { RunState } from './run-state.svelte.ts';

/** Pause in typing after which a text is embedded. */
const TYPING_PAUSE_MS = 250;

/** “Try a sentence”: the text's embedding, and what the head makes of it as it trains. */
export class Probe {
  text = $state('');
  /** In the order of the run's labels; null without a text or a head. */
  probabilities = $state.raw<readonly number[] | null>(null);
  readonly job: Job;
  private embedding = $state.raw<Float32Array | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly encoder: EncoderApi,
    private readonly trainer: TrainerApi,
    private readonly run: RunState,
    private readonly notices: Notices,
  ) {
    this.job = new Job((job) => encoder.cancel(job));
  }

  /** Takes a new text; embeds it after a pause in typing. */
  setText(text: string): void {
    this.text = text;
    this.embedding = null;
    this.probabilities = null;
    clearTimeout(this.timer);
    if (text.trim() === '') this.job.cancel();
    else this.timer = setTimeout(() => void this.embed(text), TYPING_PAUSE_MS);
  }

  /** Asks the head again: after a report of progress, or for a new run. */
  async refresh(): Promise<void> {
    const { embedding } = this;
    if (!embedding) return;
    try {
      const probabilities = await this.trainer.predict(this.run.selected?.id ?? '', embedding);
      if (this.embedding === embedding) this.probabilities = probabilities;
    } catch {
      // The device was lost in mid-question; recovery reports it, and the next report of progress asks again.
      this.probabilities = null;
    }
  }

  private async embed(text: string): Promise<void> {
    try {
      const embedding = await this.job.run('Reading the sentence', (job, onProgress) => this.encoder.embedText(text, job, onProgress));
      if (this.text !== text) return;
      this.embedding = embedding;
      await this.refresh();
    } catch (error) {
      if (this.text === text) this.notices.error(error, { label: 'Try again', run: () => void this.embed(text) });
    }
  }
}
