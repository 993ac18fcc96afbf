import type { Dataset } from './examples.ts';
import { defaultHeldOut } from './splits.ts';

/** Why no head can be trained on a data set, and what to do, each in whole sentences. */
export interface SplitProblem {
  readonly message: string;
  readonly remedy: string;
}

/** @returns the domain to hold out at first, or why there is none */
export function heldOutOrProblem(dataset: Dataset): string | SplitProblem {
  try {
    return defaultHeldOut(dataset);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return dataset.hasDomains ? APART : SCARCE;
  }
}

/** Labels go with domains: what one has, no other teaches. */
const APART: SplitProblem = {
  message: 'Whichever domain is held out, the others have fewer than two labels, or none of its own (texts that stand on both sides are left out).',
  remedy:
    'Give each label examples in two domains or more. Or import the data with “None” for the domain: then a random sample of all examples is held out, which shows memorizing, but not how the head does on a new domain.',
};

/** Without domains a sample of each label's texts is held out, at least one. */
const SCARCE: SplitProblem = {
  message: 'A sample of each label is held out, and what is left to train on has fewer than two labels.',
  remedy: 'Add examples: two labels at least need two different texts or more each.',
};
