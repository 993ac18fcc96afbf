import type { EncoderApi, Settings } from '../protocol/encoder.ts';
import type { Notices } from './notices.svelte.ts';

/** Keeps what a reload brings back. */
export class SessionMemory {
  private saidUnsaved = false;
  /** Whether the last settings were refused. */
  private isUnsaved = false;

  constructor(
    private readonly encoder: Pick<EncoderApi, 'writeSettings'>,
    private readonly notices: Notices,
  ) {}

  /** Stores the settings. That this is refused is said once: every change would say it again. */
  async keep(settings: Settings): Promise<void> {
    this.isUnsaved = false;
    await this.encoder.writeSettings(settings).catch((error: unknown) => {
      this.isUnsaved = true;
      if (!this.saidUnsaved) this.notices.error(error);
      this.saidUnsaved = true;
    });
  }

  /** Stores the settings where that was refused last time. */
  async keepAgain(settings: Settings): Promise<void> {
    if (this.isUnsaved) await this.keep(settings);
  }
}
