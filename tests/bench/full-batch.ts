import * as tf from '@tensorflow/tfjs';
import { scoreRows, type PartScore } from '../../src/core/metrics.ts';
import type { Split } from '../../src/core/splits.ts';
import { gatherRows, namedParts, partsOf, populationData, trainRows, type RunScores } from './runs.ts';
import type { EmbeddedDataset } from './workbench.ts';

export const FULL_BATCH = { steps: 300, learningRate: 0.05, l2Strength: 1e-3 } as const;

/**
 * The reference method, by tfjs's own autodiff and optimizer: multinomial logistic regression on all training rows at once, training
 * domains pooled. Loss: mean cross-entropy + (λ/2)·‖W‖², biases not penalized.
 */
export async function fullBatchRegression(embedded: EmbeddedDataset, split: Split): Promise<RunScores> {
  const data = populationData(embedded, split.labels);
  const { width, classes, classOf } = data;
  const rows = trainRows(split);
  const weights = tf.variable(tf.zeros([width, classes]));
  const bias = tf.variable(tf.zeros([classes]));
  const x = tf.tensor2d(gatherRows(data, rows), [rows.length, width]);
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(rows.map((row) => classOf[row] as number), 'int32'), classes).toFloat());
  const logits = (features: tf.Tensor2D): tf.Tensor => tf.matMul(features, weights as tf.Tensor2D).add(bias);
  const optimizer = tf.train.adam(FULL_BATCH.learningRate);
  const loss = (): tf.Scalar => tf.losses.softmaxCrossEntropy(y, logits(x)).add(weights.square().sum().mul(FULL_BATCH.l2Strength / 2));
  const score = async (part: Uint32Array): Promise<PartScore> => {
    const result = tf.tidy(() => logits(tf.tensor2d(gatherRows(data, part), [part.length, width])));
    const values = (await result.data()) as Float32Array;
    result.dispose();
    return scoreRows(values, classes, part.map((row) => classOf[row] as number), 0, part.length);
  };
  try {
    for (let step = 0; step < FULL_BATCH.steps; step++) optimizer.minimize(loss, false, [weights, bias]);
    return namedParts(await Promise.all(partsOf(split).map(score)));
  } finally {
    tf.dispose([weights, bias, x, y]);
    optimizer.dispose();
  }
}
