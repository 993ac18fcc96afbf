import * as tf from '@tensorflow/tfjs';
import { afterNorm, dense, scaleFirstOutputs, sumOf, type Dense } from './dense.ts';
import type { GraphWeights } from './graph-weights.ts';

export const EMBEDDING_WIDTH = 512;
export const TOKEN_WIDTH = 256;
const HEADS = 4;
/** Layer norm's epsilon in the trained network. */
const EPSILON = 1e-6;
/** Added to the attention scores of padding; its softmax weight is then exactly zero. */
const MASKED = -1e9;

/** A dense layer on the device: kernel [inputs, outputs], bias [outputs]. */
interface DenseTensors {
  readonly kernel: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
}

/** One pre-norm transformer layer, with the norms' scales and offsets and the attention's 1/√d folded into the kernels. */
interface LayerTensors {
  /** d → 3·d: queries, keys and values of each head. */
  readonly queryKeyValue: DenseTensors;
  /** Output of the attention → 512. Layer 0 takes [attention, input] (256 + 256), since its residual changes width too. */
  readonly attentionOutput: DenseTensors;
  /** 512 → 1,536, and back. */
  readonly widen: DenseTensors;
  readonly narrow: DenseTensors;
}

/**
 * The network of Universal Sentence Encoder Lite on the current tfjs backend. Nothing in it reads a tensor back, so that it never
 * waits for a graphics processor, and all of it has gradients. Shapes: B texts of L token places each, T = B·L.
 */
export class UseLite {
  /** [8002, 256]: twice the trained embeddings, which is how the network uses them. */
  private readonly tokens: tf.Tensor2D;
  /** [maxTokens, 256]: sines and cosines by which the network tells positions apart. */
  private readonly positions: tf.Tensor2D;
  private readonly layers: readonly [LayerTensors, LayerTensors];
  private readonly output: DenseTensors;

  /** @throws HeldoutError 'model-corrupt' when a matrix is missing. */
  constructor(weights: GraphWeights, maxTokens: number) {
    const table = weights.find('Embeddings_en');
    this.tokens = tf.tensor2d(
      table.values.map((value) => 2 * value),
      [table.shape[0] as number, TOKEN_WIDTH],
    );
    const frequencies = weights.find('AddTimingSignal/TimingSignal/ExpandDims_1').values;
    this.positions = tf.tensor2d(timingSignal(frequencies, maxTokens), [maxTokens, TOKEN_WIDTH]);
    this.layers = [layerTensors(weights, 0), layerTensors(weights, 1)];
    this.output = upload(dense(weights.find('tanh_layer_0/weights'), weights.find('tanh_layer_0/bias')));
  }

  /**
   * Looks tokens up: the step that attribution takes gradients with respect to.
   * @param ids B·L token numbers, row by row; any number in places of padding.
   * @returns [B, L, 256]
   */
  lookUp(ids: Int32Array, texts: number): tf.Tensor3D {
    return tf.tidy(() => tf.gatherND(this.tokens, tf.tensor2d(ids, [ids.length, 1], 'int32')).reshape([texts, ids.length / texts, TOKEN_WIDTH]));
  }

  /**
   * @param tokens [B, L, 256], as `lookUp` returns them.
   * @param lengths tokens of each text, 1 … L; further places are padding and have no influence.
   * @returns unit vectors [B, 512]
   */
  encode(tokens: tf.Tensor3D, lengths: readonly number[]): tf.Tensor2D {
    return tf.tidy(() => {
      const [texts, places] = tokens.shape;
      const mask = lengths.every((length) => length === places) ? null : attentionMask(lengths, places);
      const [first, second] = this.layers;
      const placed = tf.add(tokens, this.positions.slice(0, places)).reshape<tf.Tensor2D>([texts * places, TOKEN_WIDTH]);

      const attended = tf.concat([attention(placed, first.queryKeyValue, texts, mask), placed], 1);
      const afterAttention = apply(first.attentionOutput, attended);
      const between = tf.add<tf.Tensor2D>(afterAttention, apply(first.narrow, apply(first.widen, standardized(afterAttention), 'relu')));

      const last = tf.add<tf.Tensor2D>(between, apply(second.attentionOutput, attention(between, second.queryKeyValue, texts, mask)));
      const wide = apply(second.widen, standardized(last), 'relu');
      // The mean over tokens commutes with the last linear step, so that step is left to do on B rows instead of T.
      const mean = meanOverTokens(lengths, places);
      const pooled = tf.add<tf.Tensor2D>(mean(last), apply(second.narrow, mean(wide)));
      const vectors = apply(this.output, pooled).tanh();
      return tf.mul<tf.Tensor2D>(vectors, tf.rsqrt(tf.maximum(tf.sum(tf.square(vectors), 1, true), 1e-12)));
    });
  }

  dispose(): void {
    tf.dispose([this.tokens, this.positions, this.output.kernel, this.output.bias]);
    for (const layer of this.layers) for (const { kernel, bias } of Object.values(layer) as DenseTensors[]) tf.dispose([kernel, bias]);
  }
}

function layerTensors(weights: GraphWeights, index: 0 | 1): LayerTensors {
  const find = (name: string) => weights.find(`Layer_${index}/TransformerLayer/${name}`);
  const biased = (kernel: string, layer: string): Dense => dense(find(kernel), find(`${layer}/bias/ConcatPartitions/concat`));
  const norm = (layer: Dense, folder: string): Dense => {
    const parameter = (name: string) => find(`${folder}layer_prepostprocess/layer_norm/layer_norm_${name}/ConcatPartitions/concat`);
    return afterNorm(layer, parameter('scale'), parameter('bias'));
  };
  const convolution = (name: string): Dense => biased(`MultiheadAttention/${name}/kernel/part_0`, `MultiheadAttention/${name}`);
  const feedForward = (name: string): Dense => biased(`FFN/${name}/Tensordot/Reshape_1`, `FFN/${name}`);

  const queryKeyValue = norm(convolution('qkv_transform_single'), '');
  const width = queryKeyValue.inputs;
  const attentionOutput = convolution('output_transform_single');
  const residual = index === 0 ? biased('dense/kernel/ConcatPartitions/concat', 'dense') : null;
  return {
    queryKeyValue: upload(scaleFirstOutputs(queryKeyValue, width, 1 / Math.sqrt(width / HEADS))),
    attentionOutput: upload(residual ? sumOf(attentionOutput, residual) : attentionOutput),
    widen: upload(norm(feedForward('conv1'), 'FFN/')),
    narrow: upload(feedForward('conv2')),
  };
}

function upload(layer: Dense): DenseTensors {
  return { kernel: tf.tensor2d(layer.kernel, [layer.inputs, layer.outputs]), bias: tf.tensor1d(layer.bias) };
}

function apply(layer: DenseTensors, rows: tf.Tensor2D, activation?: 'relu'): tf.Tensor2D {
  return tf.fused.matMul({ a: rows, b: layer.kernel, bias: layer.bias, activation: activation ?? 'linear' }) as tf.Tensor2D;
}

/** Rows with mean 0 and variance 1. */
function standardized(rows: tf.Tensor2D): tf.Tensor2D {
  const centred = tf.sub(rows, tf.mean(rows, 1, true));
  const variance = tf.mean(tf.square(centred), 1, true);
  return tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON)));
}

/** Self-attention of the normed rows [T, d], before its output layer. @returns [T, d] */
function attention(rows: tf.Tensor2D, projection: DenseTensors, texts: number, mask: tf.Tensor4D | null): tf.Tensor2D {
  const [all, width] = rows.shape;
  const places = all / texts;
  const headWidth = width / HEADS;
  const projected = apply(projection, standardized(rows)).reshape([texts, places, 3 * HEADS, headWidth]);
  const byHead = tf.transpose(projected, [2, 0, 1, 3]);
  const part = (index: number) => byHead.slice(index * HEADS, HEADS);
  const scores = tf.matMul(part(0), part(1), false, true);
  const shares = tf.softmax(mask ? tf.add(scores, mask) : scores);
  return tf.transpose(tf.matMul(shares, part(2)), [1, 2, 0, 3]).reshape([all, width]);
}

/** [1, B, 1, L]: 0 at tokens, MASKED at padding. */
function attentionMask(lengths: readonly number[], places: number): tf.Tensor4D {
  const mask = new Float32Array(lengths.length * places);
  lengths.forEach((length, text) => mask.fill(MASKED, text * places + length, (text + 1) * places));
  return tf.tensor4d(mask, [1, lengths.length, 1, places]);
}

/** @returns a function from rows [T, d] to their means over the tokens of each text, [B, d]. */
function meanOverTokens(lengths: readonly number[], places: number): (rows: tf.Tensor2D) => tf.Tensor2D {
  const texts = lengths.length;
  const shares = new Float32Array(texts * places);
  lengths.forEach((length, text) => shares.fill(1 / length, text * places, text * places + length));
  const weights = tf.tensor3d(shares, [texts, 1, places]);
  return (rows) => tf.matMul(weights, rows.reshape<tf.Tensor3D>([texts, places, rows.shape[1]])).reshape([texts, rows.shape[1]]);
}

/** sin(p·f) for each frequency f, then cos(p·f), by position p: [positions, 2 × frequencies]. */
function timingSignal(frequencies: Float32Array, positions: number): Float32Array {
  const half = frequencies.length;
  return Float32Array.from({ length: positions * 2 * half }, (_, i) => {
    const angle = Math.fround(Math.floor(i / (2 * half)) * (frequencies[i % half] as number));
    return i % (2 * half) < half ? Math.sin(angle) : Math.cos(angle);
  });
}
