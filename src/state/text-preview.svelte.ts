import { TEXT_KINDS, textKnob } from '../core/augment/kinds.ts';
import { previewTexts, type KindPreview } from '../core/augment/preview.ts';
import type { AugmentApi } from '../protocol/augment.ts';
import { causedOutside } from './caused-outside.ts';
import type { Datasets } from './datasets.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { RunSettings } from './run-settings.svelte.ts';

/** A text of the data, and what each kind of augmentation that is on makes of it. */
export interface PreviewedText {
  readonly text: string;
  readonly changes: readonly KindPreview[];
}

/** The preview of augmented texts: three texts of the data, as the kinds that are on change them. */
export class TextPreview {
  shown = $state.raw<readonly PreviewedText[]>([]);
  /** Why nothing is shown, where another try may help; the queue, which needs the same, tells of it too. */
  problem = $state.raw<string | null>(null);
  private turn = $state(0);
  private asked = 0;

  readonly kinds = $derived.by(() => TEXT_KINDS.filter((kind) => this.settings.knobs[textKnob(kind)]));
  private readonly texts = $derived.by(() => {
    const { dataset } = this.data;
    const { heldOutDomain, seed } = this.settings;
    return dataset ? previewTexts(dataset.examples, heldOutDomain, seed, this.turn) : [];
  });

  constructor(
    private readonly augment: AugmentApi,
    private readonly notices: Notices,
    private readonly data: Pick<Datasets, 'dataset'>,
    private readonly settings: Pick<RunSettings, 'heldOutDomain' | 'seed' | 'knobs'>,
  ) {}

  /** Brings `shown` up to date. Of several calls the last one counts. */
  async refresh(): Promise<void> {
    const { kinds, texts } = this;
    const { seed, knobs } = this.settings;
    const asked = ++this.asked;
    try {
      const changes = kinds.length > 0 ? await this.augment.preview({ texts, kinds, strength: knobs.textStrength, seed }) : [];
      if (asked !== this.asked) return;
      this.shown = changes.map((each, i) => ({ text: texts[i] ?? '', changes: each }));
      this.problem = null;
    } catch (error) {
      if (asked !== this.asked) return;
      this.shown = [];
      if (error instanceof Error && causedOutside(error)) this.problem = error.message;
      else this.notices.error(error);
    }
  }

  /** Shows other texts. */
  showOthers(): void {
    this.turn++;
  }
}
