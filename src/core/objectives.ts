/**
 * What a head may be trained for. ERM minimizes the mean loss over the training rows; each of the others adds what its authors hope
 * carries over to a domain that was never seen. The formulas stand beside the kernels (`engine/population`); ranges and defaults are
 * those of DomainBed: Gulrajani & Lopez-Paz, "In search of lost domain generalization" (ICLR 2021), appendix D.
 */
export const OBJECTIVES = ['erm', 'groupDro', 'vrex', 'irm', 'coral', 'dann'] as const;
export type ObjectiveName = (typeof OBJECTIVES)[number];

export interface Objective {
  readonly name: ObjectiveName;
  readonly label: string;
  /** What it does, in a student's words. */
  readonly hint: string;
  /** Needs a hidden layer: with a linear head on a frozen encoder there is nothing to align. */
  readonly needsHiddenLayer: boolean;
  /** Needs two training domains (or groups) to compare. */
  readonly needsDomains: boolean;
  /** The knob that sets its strength; null for ERM. */
  readonly strength: 'groupDroStep' | 'vrexWeight' | 'irmWeight' | 'coralWeight' | 'dannWeight' | null;
  /** Whether the penalty weighs 1 for the first tenth of the run and its full weight after, the optimizer's moments beginning anew there. */
  readonly annealed: boolean;
}

/** Share of the run's steps after which annealed penalties get their full weight (DomainBed: 500 of 5,000). */
export const ANNEALED_SHARE = 0.1;

export const OBJECTIVE_TABLE: Readonly<Record<ObjectiveName, Objective>> = {
  erm: { name: 'erm', label: 'ERM', hint: 'Mean loss over all training rows.', needsHiddenLayer: false, needsDomains: false, strength: null, annealed: false },
  groupDro: { name: 'groupDro', label: 'GroupDRO', hint: 'Gives more weight to the training domain (or group) that does worst.', needsHiddenLayer: false, needsDomains: true, strength: 'groupDroStep', annealed: false },
  vrex: { name: 'vrex', label: 'V-REx', hint: 'Punishes losses that differ from one training domain to the next.', needsHiddenLayer: false, needsDomains: true, strength: 'vrexWeight', annealed: true },
  irm: { name: 'irm', label: 'IRMv1', hint: 'Wants one classifier that is best in each training domain by itself.', needsHiddenLayer: false, needsDomains: true, strength: 'irmWeight', annealed: true },
  coral: { name: 'coral', label: 'CORAL', hint: 'Makes the hidden units’ means and covariances alike across training domains.', needsHiddenLayer: true, needsDomains: true, strength: 'coralWeight', annealed: false },
  dann: { name: 'dann', label: 'DANN', hint: 'Hides from a second classifier which training domain a row is from.', needsHiddenLayer: true, needsDomains: true, strength: 'dannWeight', annealed: false },
};

/** Why an objective cannot be trained here, in words for the page; null when it can. @param domains number of training domains (or groups) */
export function objectiveProblem(name: ObjectiveName, hasHiddenLayer: boolean, domains: number): string | null {
  const { label, needsHiddenLayer, needsDomains } = OBJECTIVE_TABLE[name];
  if (needsDomains && domains < 2) return `${label} compares training domains, and there is only one.`;
  if (needsHiddenLayer && !hasHiddenLayer) return `${label} aligns hidden units, and a linear head on a frozen encoder has none.`;
  return null;
}
