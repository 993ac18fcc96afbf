import type { OptimizerName } from '../../core/knobs.ts';

/** Adam's constants. ε as in TensorFlow. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** What the optimizer does at one step, besides reading the gradient. In double precision; engines round to float32. */
export interface StepSizes {
  /** Both moments become zero before the step. */
  readonly zeroMoments: boolean;
  /** Adam: α_t = α·√(1 − β₂ᵗ) / (1 − β₁ᵗ). SGD: the learning rate. */
  readonly stepSize: number;
  /** Adam: ε_t = ε·√(1 − β₂ᵗ). SGD: 0. */
  readonly epsilon: number;
}

/**
 * Adam's step count t, of the head or of the discriminator: state that a checkpoint keeps. The moments belong to one optimizer: they and
 * t begin anew when told so, and when the optimizer is another than at the step before, as SGD's velocity is no gradient's mean and
 * Adam's mean is no velocity. After a step of SGD t is 0, which is how the change back is known.
 */
export class OptimizerClock {
  /** @param steps Adam's steps since the moments were zero; 0 after a step of SGD */
  constructor(public steps = 0) {}

  /** Counts one step. @param learningRate α */
  next(optimizer: OptimizerName, learningRate: number, reset: boolean): StepSizes {
    if (optimizer === 'sgd') {
      const zeroMoments = reset || this.steps > 0;
      this.steps = 0;
      return { zeroMoments, stepSize: learningRate, epsilon: 0 };
    }
    const zeroMoments = reset || this.steps === 0;
    this.steps = zeroMoments ? 1 : this.steps + 1;
    const rootCorrection = Math.sqrt(1 - power(ADAM.beta2, this.steps));
    return { zeroMoments, stepSize: (learningRate * rootCorrection) / (1 - power(ADAM.beta1, this.steps)), epsilon: ADAM.epsilon * rootCorrection };
  }

  /** Lets a step pass without an update. */
  rest(reset: boolean): StepSizes {
    if (reset) this.steps = 0;
    return { zeroMoments: reset, stepSize: 0, epsilon: 0 };
  }
}

/** base^exponent by squaring: multiplications only, so equal everywhere, which `Math.pow` need not be. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let factor = base, left = exponent; left > 0; left >>= 1, factor *= factor) if (left & 1) result *= factor;
  return result;
}
