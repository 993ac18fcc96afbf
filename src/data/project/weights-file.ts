import * as v from 'valibot';
import type { Checkpoint } from '../../core/checkpoint.ts';
import { MAX_STEPS } from '../../core/run-record.ts';
import { DataError } from '../errors.ts';
import { bytesOf, readSafetensors, safetensorsHeader } from './safetensors.ts';

/** `weights/…safetensors`: one head's checkpoint. Its tensors are those that `src/engine/population/README.md` lists under “Checkpoint”. */

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const metadataSchema = v.object({
  step: v.pipe(v.string(), v.transform(Number), whole, v.maxValue(MAX_STEPS)),
  batchPosition: v.pipe(v.string(), v.transform(parsed), v.array(whole)),
});

/** The file, piece by piece. @param seed of the head, noted for readers */
export function writeWeights({ step, tensors, batchPosition }: Checkpoint, seed: number): Uint8Array<ArrayBuffer>[] {
  const metadata = { step: String(step), seed: String(seed), batchPosition: JSON.stringify(batchPosition) };
  return [safetensorsHeader(tensors, metadata), ...tensors.map(({ values }) => bytesOf(values))];
}

/** @param file for messages. @throws DataError when it is not such a file */
export function readWeights(bytes: Uint8Array, file: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const checked = v.safeParse(metadataSchema, metadata);
  if (!checked.success) {
    throw new DataError('bad-file', `${file} does not say at which step its weights are: ${checked.issues[0].message}.`, 'Get the file again from where it came from.', { file });
  }
  return { ...checked.output, tensors };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
