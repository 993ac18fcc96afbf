import * as tf from '@tensorflow/tfjs';
import type { EffectiveKnobs } from '../../src/core/effective-knobs.ts';
import type { HeadSpec } from '../../src/core/run-record.ts';
import type { Mutation } from './oracle-mutation.ts';

/** Parameters by name. */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

/** A batch as the head sees it: rows domain after domain. */
export interface OracleBatch {
  readonly perDomain: number;
  readonly domains: number;
  /** Group of each row. */
  readonly groups: readonly number[];
  readonly tensors: {
    /** Inputs after noise, mixup and input dropout [B, D], and targets after mixup and smoothing [B, C]. */
    readonly x: tf.Tensor2D;
    readonly y: tf.Tensor2D;
    /** Dropout's masks of the first and the second hidden layer [B, H]; the first is the inputs' for a linear head [B, D]. */
    readonly masks: readonly [tf.Tensor2D, tf.Tensor2D];
  };
}

/** What the last layer reads, after dropout [B, H] or [B, D]. */
function lastHidden(head: HeadSpec, p: Parameters, { tensors: { x, masks } }: OracleBatch): tf.Tensor2D {
  const layer = (input: tf.Tensor, number: number, mask: tf.Tensor): tf.Tensor2D =>
    tf.mul(tf.relu(affine(input, p[`weights${number}`], p[`bias${number}`])), mask) as tf.Tensor2D;
  if (head.kind === 'linear') return tf.mul(x, masks[0]) as tf.Tensor2D;
  const first = layer(x, 1, masks[0]);
  return head.kind === 'hidden' ? first : layer(first, 2, masks[1]);
}

function affine(input: tf.Tensor, weights: tf.Tensor | undefined, bias: tf.Tensor | undefined): tf.Tensor2D {
  return tf.add(tf.matMul(input as tf.Tensor2D, weights as tf.Tensor2D), bias as tf.Tensor) as tf.Tensor2D;
}

/** Cross-entropy of each row [B]. */
export function rowLosses(z: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  return tf.neg(tf.sum(tf.mul(y, tf.logSoftmax(z)), 1)) as tf.Tensor1D;
}

/** The loss that the head descends, penalties included. @param q GroupDRO's, which is moved in place */
export function objectiveLoss(head: HeadSpec, p: Parameters, batch: OracleBatch, knobs: EffectiveKnobs, q: Float32Array, mutation: Mutation | null): tf.Scalar {
  const last = head.kind === 'linear' ? 1 : head.kind === 'hidden' ? 2 : 3;
  const h = lastHidden(head, p, batch);
  const z = affine(h, p[`weights${last}`], p[`bias${last}`]);
  const losses = rowLosses(z, batch.tensors.y);
  const terms = [ofObjective(p, batch, knobs, q, { h, z, losses }, mutation)];
  for (const [name, values] of Object.entries(p)) {
    if (!name.startsWith('weights')) continue;
    if (knobs.l2Strength > 0 && mutation !== 'no L2') terms.push(tf.mul(knobs.l2Strength / 2, tf.sum(tf.square(values))));
    if (knobs.l1Strength > 0 && mutation !== 'no L1') terms.push(tf.mul(knobs.l1Strength, tf.sum(tf.abs(values))));
  }
  return tf.addN(terms) as tf.Scalar;
}

interface Outputs {
  readonly h: tf.Tensor2D;
  readonly z: tf.Tensor2D;
  readonly losses: tf.Tensor1D;
}

function ofObjective(p: Parameters, batch: OracleBatch, knobs: EffectiveKnobs, q: Float32Array, outputs: Outputs, mutation: Mutation | null): tf.Tensor {
  const { losses, h, z } = outputs;
  const weight = knobs.objectiveWeight;
  const penalized = (penalty: tf.Tensor): tf.Tensor => tf.add(tf.mean(losses), tf.mul(weight, penalty));
  switch (knobs.objective) {
    case 'erm':
      return tf.mean(losses);
    case 'groupDro':
      return groupDro(losses, batch.groups, weight, q, mutation);
    case 'vrex':
      return penalized(vrex(losses, batch, mutation));
    case 'irm':
      return penalized(irm(z, batch, mutation));
    case 'coral':
      return penalized(coral(h, batch, mutation));
    case 'dann':
      return penalized(tf.mul(mutation === 'gradient not reversed' ? 1 : -1, domainLoss(p, h, batch)));
  }
}

/** Sagawa et al. (2020), algorithm 1: q ← q·exp(η·L), normalized; Σ q·L. */
function groupDro(losses: tf.Tensor1D, groups: readonly number[], eta: number, q: Float32Array, mutation: Mutation | null): tf.Tensor {
  const values = losses.dataSync();
  const rowsOf = (group: number): number[] => groups.flatMap((own, row) => (own === group ? [row] : []));
  const old = Float32Array.from(q);
  const grown = Array.from(q, (share, group) => {
    const rows = rowsOf(group);
    return rows.length === 0 ? share : share * Math.exp((eta * rows.reduce((sum, row) => sum + (values[row] as number), 0)) / rows.length);
  });
  const total = mutation === 'q not normalized' ? 1 : grown.reduce((sum, share) => sum + share, 0);
  grown.forEach((share, group) => (q[group] = share / total));
  const weights = mutation === 'q moved after the loss' ? old : q;
  const rowWeights = groups.map((group) => (weights[group] as number) / rowsOf(group).length);
  return tf.sum(tf.mul(losses, tf.tensor1d(rowWeights)));
}

/** Krueger et al. (2021), V-REx, with DomainBed's mean: the variance of the domains' mean losses. */
function vrex(losses: tf.Tensor1D, { domains, perDomain }: OracleBatch, mutation: Mutation | null): tf.Tensor {
  const means = tf.mean(tf.reshape(losses, [domains, perDomain]), 1);
  const squares = tf.square(tf.sub(means, tf.mean(means)));
  if (mutation === 'sample variance of losses') return tf.div(tf.sum(squares), domains - 1);
  return mutation === 'sum of squared differences' ? tf.sum(squares) : tf.mean(squares);
}

/** Arjovsky et al. (2019), appendix D: for each domain the product of the two halves' gradients by a scale w of the logits at w = 1. */
function irm(z: tf.Tensor2D, { domains, perDomain, tensors: { y } }: OracleBatch, mutation: Mutation | null): tf.Tensor {
  const inFirst = (row: number): boolean => (mutation === 'first and second half' ? row < perDomain / 2 : row % 2 === 0);
  const rows = Array.from({ length: perDomain }, (_, row) => row);
  const penalties = Array.from({ length: domains }, (_, domain) => {
    const [own, targets] = [z, y].map((t) => tf.slice(t as tf.Tensor2D, [domain * perDomain, 0], [perDomain, -1])) as [tf.Tensor2D, tf.Tensor2D];
    const gradient = (chosen: (row: number) => boolean): tf.Tensor => {
      const shares = tf.tensor1d(rows.map((row) => (chosen(row) ? 1 / rows.filter(chosen).length : 0)));
      return tf.sum(tf.mul(shares, scaleGradients(own, targets)));
    };
    if (mutation === 'squared gradient of the whole domain') return tf.square(gradient(() => true));
    return tf.mul(gradient(inFirst), gradient((row) => !inFirst(row)));
  });
  return tf.div(tf.addN(penalties), domains);
}

/**
 * Each row's gradient by a scale of its logits, at 1 [B]: Σ_c (p − y)·z. In closed form, as tfjs's derivatives of derivatives leave out what comes
 * through its softmax; a test compares it with the first derivative that tfjs takes.
 */
export function scaleGradients(z: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(tf.mul(tf.sub(tf.softmax(z), y), z), 1) as tf.Tensor1D;
}

/** Sun & Saenko (2016) in DomainBed's form: mean squared differences of means and of covariances, averaged over pairs of domains. */
function coral(h: tf.Tensor2D, { domains, perDomain }: OracleBatch, mutation: Mutation | null): tf.Tensor {
  const statistics = Array.from({ length: domains }, (_, domain) => {
    const own = tf.slice(h, [domain * perDomain, 0], [perDomain, -1]);
    const mean = tf.mean(own, 0, true);
    const centred = tf.sub(own, mean) as tf.Tensor2D;
    return { mean, covariance: tf.div(tf.matMul(centred, centred, true, false), mutation === 'covariance by n' ? perDomain : Math.max(1, perDomain - 1)) };
  });
  const gap = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mean(tf.square(tf.sub(a, b)));
  const pairs = statistics.flatMap((a, i) =>
    statistics.slice(i + 1).map((b) => tf.add(mutation === 'no means' ? 0 : gap(a.mean, b.mean), gap(a.covariance, b.covariance))),
  );
  return mutation === 'pairs not averaged' ? tf.addN(pairs) : tf.div(tf.addN(pairs), pairs.length);
}

/** Mean cross-entropy of the discriminator's guesses of the rows' domains. */
function domainLoss(p: Parameters, h: tf.Tensor2D, { domains, perDomain }: OracleBatch): tf.Tensor {
  const domainOf = tf.tensor1d(Array.from({ length: domains * perDomain }, (_, row) => Math.floor(row / perDomain)), 'int32');
  return tf.mean(rowLosses(affine(h, p['discriminatorWeights'], p['discriminatorBias']), tf.oneHot(domainOf, domains).toFloat()));
}

/** The loss that DANN's discriminator descends; Ganin et al. (2016). */
export function discriminatorLoss(head: HeadSpec, p: Parameters, batch: OracleBatch): tf.Scalar {
  return domainLoss(p, lastHidden(head, p, batch), batch) as tf.Scalar;
}
