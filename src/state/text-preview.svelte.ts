import { TEXT_KINDS, textKnob } from '../core/augment/kinds.ts';
import { previewCandidates, rareInWords, type PreviewedText } from '../core/augment/preview.ts';
import type { AugmentApi } from '../protocol/augment.ts';
import { causedOutside } from './caused-outside.ts';
import type { Datasets } from './datasets.svelte.ts';
import { finishedInSlices, firstSlice } from './in-slices.ts';
import type { Notices } from './notices.svelte.ts';
import type { RunSettings } from './run-settings.svelte.ts';

/** The preview of augmented texts: three texts of the data that the kinds which are on change. */
export class TextPreview {
  shown = $state.raw<readonly PreviewedText[]>([]);
  /** What is to be said of kinds that change few texts, or none. */
  rare = $state.raw<readonly string[]>([]);
  /** Why nothing is shown, where another try may help; the queue, which needs the same, tells of it too. */
  problem = $state.raw<string | null>(null);
  private turn = $state(0);
  private asked = 0;

  readonly kinds = $derived.by(() => TEXT_KINDS.filter((kind) => this.settings.knobs[textKnob(kind)]));
  /** At hand, or under way where the data are large. */
  private readonly candidates = $derived.by((): { readonly value: string[] | Promise<string[]> } => {
    const { dataset } = this.data;
    const { heldOutDomain, seed } = this.settings;
    if (!dataset) return { value: [] };
    const work = previewCandidates(dataset.examples, heldOutDomain, seed);
    return firstSlice(work) ?? { value: finishedInSlices(work) };
  });

  constructor(
    private readonly augment: AugmentApi,
    private readonly notices: Notices,
    private readonly data: Pick<Datasets, 'dataset'>,
    private readonly settings: Pick<RunSettings, 'heldOutDomain' | 'seed' | 'knobs'>,
  ) {}

  /** Brings `shown` up to date. Of several calls the last one counts. */
  async refresh(): Promise<void> {
    const { kinds, turn } = this;
    const { seed, knobs } = this.settings;
    const { textStrength: strength } = knobs;
    const { value } = kinds.length > 0 ? this.candidates : { value: [] };
    const asked = ++this.asked;
    try {
      const candidates = value instanceof Promise ? await value : value;
      if (asked !== this.asked) return;
      const preview = kinds.length > 0 ? await this.augment.preview({ candidates, kinds, strength, turn, seed }) : null;
      if (asked !== this.asked) return;
      this.shown = preview?.shown ?? [];
      this.rare = preview ? rareInWords(kinds, preview) : [];
      this.problem = null;
    } catch (error) {
      if (asked !== this.asked) return;
      this.shown = [];
      this.rare = [];
      if (error instanceof Error && causedOutside(error)) this.problem = error.message;
      else this.notices.error(error);
    }
  }

  /** Shows other texts. */
  showOthers(): void {
    this.turn++;
  }
}
