import type { EncoderApi, Settings } from '../protocol/encoder.ts';
import type { Notices } from './notices.svelte.ts';

/** Keeps what a reload brings back. */
export class SessionMemory {
  private saidUnsaved = false;

  constructor(
    private readonly encoder: Pick<EncoderApi, 'writeSettings'>,
    private readonly notices: Notices,
  ) {}

  /** Stores the settings. That this is refused is said once: every change would say it again. */
  async keep(settings: Settings): Promise<void> {
    await this.encoder.writeSettings(settings).catch((error: unknown) => {
      if (!this.saidUnsaved) this.notices.error(error);
      this.saidUnsaved = true;
    });
  }
}
