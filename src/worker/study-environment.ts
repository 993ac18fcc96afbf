import type { Dataset } from '../core/examples.ts';
import type { PopulationFactory } from '../engine/population/population.ts';

/** What a study (a table over all domains, a sweep) works with: the training worker's data and engine. */
export interface StudyEnvironment {
  /** The data set that is being trained on; null before there is one. `features` [N, D]. */
  current(): { readonly dataset: Dataset; readonly features: Float32Array } | null;
  /** Populations on whatever computes now. */
  readonly makePopulation: PopulationFactory;
  nowMs(): number;
}
