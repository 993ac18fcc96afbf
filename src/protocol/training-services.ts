import type { DomainTableApi } from './domain-table.ts';
import type { SweepApi } from './sweep.ts';
import type { TrainerApi, TrainerWire } from './trainer.ts';

/** What the training worker offers. */
export interface TrainingServices {
  readonly trainer: TrainerApi;
  readonly domainTable: DomainTableApi;
  readonly sweep: SweepApi;
}

/** TrainingServices as they are called from another thread. */
export interface TrainingWire extends Omit<TrainingServices, 'trainer'> {
  readonly trainer: TrainerWire;
}
