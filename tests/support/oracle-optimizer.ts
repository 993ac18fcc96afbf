import type { EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import type { Mutation } from './oracle-mutation.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const MOMENTUM = 0.9;

/** Adam, SGD with momentum, decoupled weight decay and averaged weights, number by number in double precision; what is kept is float32. */
export class OracleOptimizer {
  /** Averaged weights by `<name>.average`; empty while they are off. */
  readonly averages = new Map<string, Float32Array>();
  private readonly moments = new Map<string, { m: Float32Array; v: Float32Array }>();
  private t = 0;
  private last: EffectiveKnobs['optimizer'] | null = null;

  constructor(private readonly mutation: Mutation | null) {}

  /** A step in which these parameters do not take part. */
  rest({ resetMoments }: EffectiveKnobs): void {
    if (resetMoments) this.restart();
  }

  /** One update in place. Gradients are those of the loss with its penalties, for weights before the step. */
  step(weights: Map<string, Float32Array>, gradients: ReadonlyMap<string, Float32Array>, knobs: EffectiveKnobs, part: 'head' | 'discriminator'): void {
    const { mutation } = this;
    const changed = this.last !== null && this.last !== knobs.optimizer && mutation !== 'moments kept over a change of optimizer';
    if ((knobs.resetMoments && mutation !== 'no reset') || changed) this.restart();
    this.last = knobs.optimizer;
    this.t += 1;
    if (part === 'head' && knobs.averagingDecay > 0 && this.averages.size === 0) {
      for (const name of gradients.keys()) {
        const copy = Float32Array.from(weights.get(name) as Float32Array);
        this.averages.set(`${name}.average`, mutation === 'average from zero' ? copy.fill(0) : copy);
      }
    }
    if (knobs.averagingDecay === 0) this.averages.clear();
    for (const [name, gradient] of gradients) {
      const values = weights.get(name) as Float32Array;
      const before = values.slice();
      const decays = part === 'head' && (name.startsWith('weights') || mutation === 'weight decay of biases') && mutation !== 'no weight decay';
      this.update(name, values, gradient, knobs, decays ? knobs.weightDecay : 0, part);
      const average = this.averages.get(`${name}.average`);
      const d = knobs.averagingDecay;
      const source = mutation === 'average of the weights before the step' ? before : values;
      if (part === 'head' && average) average.forEach((value, i) => (average[i] = d * value + (1 - d) * (source[i] as number)));
    }
  }

  private restart(): void {
    this.moments.clear();
    if (this.mutation !== 't not restarted') this.t = 0;
  }

  private update(name: string, w: Float32Array, gradient: Float32Array, knobs: EffectiveKnobs, decay: number, part: 'head' | 'discriminator'): void {
    const { mutation, t } = this;
    const { learningRate: rate } = knobs;
    const { m, v } = this.moments.get(name) ?? { m: new Float32Array(w.length), v: new Float32Array(w.length) };
    this.moments.set(name, { m, v });
    const rest = mutation === 'one minus beta2 in float32' ? Math.fround(1 - Math.fround(BETA2)) : 1 - BETA2;
    const epsilon = 1e-7 * (mutation === 'epsilon ten times too large' ? 10 : mutation === 'epsilon ten times too small' ? 0.1 : 1);
    gradient.forEach((given, i) => {
      const old = w[i] as number;
      let g = given;
      if (mutation === 'weight decay in the gradient') g += decay * old;
      if (mutation === 'discriminator with L2' && part === 'discriminator') g += knobs.l2Strength * old;
      let update: number;
      if (knobs.optimizer === 'sgd') {
        m[i] = MOMENTUM * (m[i] as number) + (mutation === 'damped momentum' ? 1 - MOMENTUM : 1) * g;
        update = rate * (mutation === 'Nesterov’s momentum' ? g + MOMENTUM * (m[i] as number) : (m[i] as number));
      } else {
        m[i] = BETA1 * (m[i] as number) + (1 - BETA1) * g;
        v[i] = BETA2 * (v[i] as number) + rest * g * g;
        const mean = (m[i] as number) / (1 - BETA1 ** t);
        const square = (v[i] as number) / (1 - BETA2 ** t);
        update = (rate * mean) / (Math.sqrt(square) + epsilon);
      }
      const share = mutation === 'weight decay in the gradient' ? 0 : rate * decay;
      w[i] = mutation === 'weight decay after the update' ? (old - update) * (1 - share) : old - share * old - update;
    });
  }
}
