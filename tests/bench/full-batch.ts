import * as tf from '@tensorflow/tfjs';
import type { TrainingData } from '../../src/engine/trainer.ts';
import { gatherRows, scoreParts, trainRows, type RunScores } from './runs.ts';

export const FULL_BATCH = { steps: 300, learningRate: 0.05, l2Strength: 1e-3 } as const;

/**
 * The reference method, by tfjs's own autodiff and optimizer: multinomial logistic regression on all training rows at once, training
 * domains pooled. Loss: mean cross-entropy + (λ/2)·‖W‖², biases not penalized.
 */
export async function fullBatchRegression(data: TrainingData): Promise<RunScores> {
  const { labels } = data.split;
  const rows = trainRows(data.split);
  const weights = tf.variable(tf.zeros([data.width, labels.length]));
  const bias = tf.variable(tf.zeros([labels.length]));
  const x = tf.tensor2d(gatherRows(data, rows), [rows.length, data.width]);
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(rows.map((row) => data.classOf[row] as number), 'int32'), labels.length).toFloat());
  const logits = (features: tf.Tensor2D): tf.Tensor => tf.matMul(features, weights as tf.Tensor2D).add(bias);
  const optimizer = tf.train.adam(FULL_BATCH.learningRate);
  const loss = (): tf.Scalar => tf.losses.softmaxCrossEntropy(y, logits(x)).add(weights.square().sum().mul(FULL_BATCH.l2Strength / 2));
  try {
    for (let step = 0; step < FULL_BATCH.steps; step++) optimizer.minimize(loss, false, [weights, bias]);
    return await scoreParts(data, async (embeddings) => {
      const result = tf.tidy(() => logits(tf.tensor2d(embeddings, [embeddings.length / data.width, data.width])));
      const values = (await result.data()) as Float32Array;
      result.dispose();
      return values;
    });
  } finally {
    tf.dispose([weights, bias, x, y]);
    optimizer.dispose();
  }
}
