/**
 * What is made of the data before training, as the TensorFlow Playground shapes its toy data: how much of it is trained on, how uneven
 * it is, and how many of its labels are wrong. Part of the run record. Never touches the held-out rows.
 */
export interface ShapeValues {
  /** Training examples of each class in each training domain, at most; null for all. */
  readonly examplesPerClass: number | null;
  /** Share of training rows whose label is replaced by another one, 0 to 0.5. */
  readonly labelNoise: number;
  /** Whether validation rows get wrong labels at the same rate. */
  readonly noiseInValidation: boolean;
  /** 0: classes as they are; 1: the last class keeps a tenth of its training rows, those between on a geometric slope. */
  readonly classImbalance: number;
  /** The same for training domains. */
  readonly domainImbalance: number;
  /** Share of a training domain's rows that goes to validation, 0.05 to 0.5. */
  readonly validationShare: number;
}

export const DEFAULT_SHAPE: ShapeValues = {
  examplesPerClass: null,
  labelNoise: 0,
  noiseInValidation: false,
  classImbalance: 0,
  domainImbalance: 0,
  validationShare: 0.2,
};
