import * as tf from '@tensorflow/tfjs';
import { ADAM } from '../../../src/engine/population/optimizer-clock.ts';
import { TENSORS, adamRates, type Contender, type HeadWeights, type Job, type TensorName } from './contender.ts';
import { initialTensor } from './job.ts';

/** A tensor of all heads, [K, …], with Adam's moments. */
type Parameter = [value: tf.Tensor, m: tf.Tensor, v: tf.Tensor];
type Parameters = Record<TensorName, Parameter>;
type Gradients = Record<TensorName, tf.Tensor>;

/** K heads as batched tfjs operations, gradients in closed form, batches and masks on the device. */
export function graph(job: Job): Contender {
  const { heads, hidden, batchRows, data } = job;
  const shapes: Record<TensorName, number[]> = { weights1: [heads, data.width, hidden], bias1: [heads, 1, hidden], weights2: [heads, hidden, data.classes], bias2: [heads, 1, data.classes] };
  let parameters = Object.fromEntries(
    TENSORS.map((name) => [name, [tf.tensor(initialTensor(job, name), shapes[name]), tf.zeros(shapes[name]), tf.zeros(shapes[name])]]),
  ) as Parameters;
  const shelf = job.shelf.map(({ x, y, mask }) => ({
    x: tf.tensor3d(x, [heads, batchRows, data.width]),
    y: tf.tensor3d(y, [heads, batchRows, data.classes]),
    mask: tf.tensor3d(mask, [heads, batchRows, hidden]),
  }));
  let step = 0;
  return {
    name: 'tfjs batched graph',
    heads,
    async train(steps) {
      for (let i = 0; i < steps; i++) {
        const before = parameters;
        parameters = tf.tidy(() => adamStep(job, before, gradients(job, before, shelf[step % shelf.length] as (typeof shelf)[number]), ++step));
        tf.dispose(before);
      }
      await parameters.bias2[0].data();
    },
    async weights() {
      const firstOf = async (name: TensorName): Promise<Float32Array> => ((await parameters[name][0].data()) as Float32Array).slice(0, parameters[name][0].size / heads);
      return Object.fromEntries(await Promise.all(TENSORS.map(async (name) => [name, await firstOf(name)]))) as HeadWeights;
    },
    dispose: () => tf.dispose([parameters, shelf]),
  };
}

/** Of mean cross-entropy + (λ/2)·‖W‖², head by head. x [K, B, D], y [K, B, C], mask [K, B, H]. */
function gradients({ batchRows, l2Strength }: Job, { weights1, bias1, weights2, bias2 }: Parameters, { x, y, mask }: { x: tf.Tensor; y: tf.Tensor; mask: tf.Tensor }): Gradients {
  const hidden = tf.matMul(x, weights1[0]).add(bias1[0]).relu().mul(mask);
  const logits = tf.matMul(hidden, weights2[0]).add(bias2[0]);
  const delta = logits.softmax().sub(y).div(batchRows);
  const deltaHidden = tf.matMul(delta, weights2[0], false, true).mul(mask).mul(hidden.step());
  return {
    weights1: tf.matMul(x, deltaHidden, true, false).add(weights1[0].mul(l2Strength)),
    bias1: deltaHidden.sum(1, true),
    weights2: tf.matMul(hidden, delta, true, false).add(weights2[0].mul(l2Strength)),
    bias2: delta.sum(1, true),
  };
}

function adamStep({ learningRate }: Job, parameters: Parameters, gradient: Gradients, t: number): Parameters {
  const { rate, secondCorrection } = adamRates(learningRate, t);
  const updated = (name: TensorName): Parameter => {
    const [value, m, v] = parameters[name];
    const nextM = m.mul(ADAM.beta1).add(gradient[name].mul(1 - ADAM.beta1));
    const nextV = v.mul(ADAM.beta2).add(gradient[name].square().mul(1 - ADAM.beta2));
    return [value.sub(nextM.mul(rate).div(nextV.mul(secondCorrection).sqrt().add(ADAM.epsilon))), nextM, nextV];
  };
  return Object.fromEntries(TENSORS.map((name) => [name, updated(name)])) as Parameters;
}
