import { HeldoutError } from '../../protocol/errors.ts';
import type { ModelFiles } from './model-files.ts';

/** A constant of the encoder's graph. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

interface WeightsManifest {
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
  }[];
}

/** The float constants of a TensorFlow.js graph model (model.json and its weight files), found by the end of their names. */
export class GraphWeights {
  private readonly constants = new Map<string, Constant>();

  /** @throws HeldoutError 'model-corrupt' when a file that model.json names is missing. */
  constructor(files: ModelFiles) {
    const model = JSON.parse(new TextDecoder().decode(required(files, 'model.json'))) as WeightsManifest;
    for (const group of model.weightsManifest) {
      const bytes = joined(group.paths.map((path) => required(files, path)));
      let offset = 0;
      for (const { name, shape, dtype } of group.weights) {
        const length = shape.reduce((product, size) => product * size, 1);
        if (dtype === 'float32') this.constants.set(name, { shape, values: new Float32Array(bytes, offset, length) });
        offset += 4 * length; // the graph has int32 constants besides, of the same width
      }
    }
  }

  /** @throws HeldoutError 'model-corrupt' unless exactly one constant's name ends in `/ending`. */
  find(ending: string): Constant {
    const matches = [...this.constants].filter(([name]) => name.endsWith(`/${ending}`));
    const [match] = matches;
    if (!match || matches.length > 1) throw corrupt(`it has ${matches.length} matrices named ${ending}`);
    return match[1];
  }
}

/** @throws HeldoutError 'model-corrupt' when there is no such file. */
export function required(files: ModelFiles, name: string): ArrayBuffer {
  const bytes = files.get(name);
  if (!bytes) throw corrupt(`${name} is missing`);
  return bytes;
}

function joined(parts: readonly ArrayBuffer[]): ArrayBuffer {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return whole.buffer;
}

function corrupt(why: string): HeldoutError {
  return new HeldoutError('model-corrupt', `The text encoder cannot be read: ${why}.`, 'Reload the page. If it happens again, tell whoever runs this page.');
}
