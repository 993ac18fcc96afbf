import type { DomainTableApi } from './domain-table.ts';
import type { SweepApi } from './sweep.ts';
import type { TrainerApi } from './trainer.ts';

/** What the training worker offers. */
export interface TrainingServices {
  readonly trainer: TrainerApi;
  readonly domainTable: DomainTableApi;
  readonly sweep: SweepApi;
}
