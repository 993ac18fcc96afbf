import type { Constant } from './graph-weights.ts';

/**
 * A dense layer in memory: y = x·kernel + bias, kernel [inputs, outputs] row by row. The functions below fold the cheap
 * operations around a layer into its numbers, once, so that no batch pays for them.
 */
export interface Dense {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** @param kernel [..., inputs, outputs], the leading sizes being 1 (the graph has 1×1 convolutions). @param bias [outputs]. */
export function dense(kernel: Constant, bias: Constant): Dense {
  return { inputs: kernel.shape.at(-2) as number, outputs: kernel.shape.at(-1) as number, kernel: kernel.values, bias: bias.values };
}

/** The layer that takes standardized rows and does what `layer` did after scale and offset [inputs] of a layer norm. */
export function afterNorm(layer: Dense, scale: Constant, offset: Constant): Dense {
  const kernel = new Float32Array(layer.kernel.length);
  const bias = Float64Array.from(layer.bias);
  for (let i = 0; i < layer.inputs; i++) {
    const scaleOfRow = scale.values[i] as number;
    const offsetOfRow = offset.values[i] as number;
    for (let o = 0; o < layer.outputs; o++) {
      const weight = layer.kernel[i * layer.outputs + o] as number;
      kernel[i * layer.outputs + o] = scaleOfRow * weight;
      bias[o] = (bias[o] as number) + offsetOfRow * weight;
    }
  }
  return { ...layer, kernel, bias: Float32Array.from(bias) };
}

/** The layer with its first `count` outputs multiplied by `factor`. */
export function scaleFirstOutputs(layer: Dense, count: number, factor: number): Dense {
  const scaled = (value: number, index: number): number => (index % layer.outputs < count ? value * factor : value);
  return { ...layer, kernel: layer.kernel.map(scaled), bias: layer.bias.map(scaled) };
}

/** a(x) + b(y) as one layer of the row [x, y]. */
export function sumOf(a: Dense, b: Dense): Dense {
  const kernel = new Float32Array(a.kernel.length + b.kernel.length);
  kernel.set(a.kernel);
  kernel.set(b.kernel, a.kernel.length);
  return { inputs: a.inputs + b.inputs, outputs: a.outputs, kernel, bias: a.bias.map((value, o) => value + (b.bias[o] as number)) };
}
