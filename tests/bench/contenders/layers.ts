import * as tf from '@tensorflow/tfjs';
import { TENSORS, type Contender, type HeadWeights, type Job } from './contender.ts';
import { initialTensor } from './job.ts';

/** tfjs's `LayersModel.trainOnBatch` on one head, its batches on the device: what a page would be built on without an engine of its own. */
export function layers(job: Job): Contender {
  const { data, hidden, batchRows, shelf } = job;
  const penalty = (): ReturnType<typeof tf.regularizers.l2> => tf.regularizers.l2({ l2: job.l2Strength / 2 });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [data.width], units: hidden, activation: 'relu', kernelRegularizer: penalty() }),
      tf.layers.dropout({ rate: job.dropoutRate }),
      tf.layers.dense({ units: data.classes, activation: 'softmax', kernelRegularizer: penalty() }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(job.learningRate), loss: 'categoricalCrossentropy' });
  const lengths = model.getWeights().map(({ size }) => size);
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tf.tensor(initialTensor(job, TENSORS[i] as 'weights1').slice(0, lengths[i]), shape))));
  const batches = shelf.map(({ x, y }) => ({
    x: tf.tensor2d(x.slice(0, batchRows * data.width), [batchRows, data.width]),
    y: tf.tensor2d(y.slice(0, batchRows * data.classes), [batchRows, data.classes]),
  }));
  let step = 0;
  return {
    name: 'tfjs trainOnBatch',
    heads: 1,
    async train(steps) {
      for (let i = 0; i < steps; i++) {
        const { x, y } = batches[step++ % batches.length] as (typeof batches)[number];
        await model.trainOnBatch(x, y); // reads the loss back, which is part of what it offers
      }
    },
    async weights() {
      const values = await Promise.all(model.getWeights().map((tensor) => tensor.data()));
      return Object.fromEntries(TENSORS.map((name, i) => [name, values[i]])) as unknown as HeadWeights;
    },
    dispose() {
      tf.dispose(batches);
      model.dispose();
    },
  };
}
