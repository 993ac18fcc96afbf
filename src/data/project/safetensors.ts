import * as v from 'valibot';
import { DataError } from '../errors.ts';

/**
 * The safetensors format (github.com/huggingface/safetensors, “Format”), float32 only: the header's length as a little-endian 64-bit
 * number, the header as JSON, and the tensors' values, little-endian and row-major, one right after another. Typed arrays are
 * little-endian on whatever runs a browser, so that values are taken as they lie.
 */

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Safetensors {
  readonly tensors: readonly NamedTensor[];
  /** Words about them, by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 1_000_000;
const METADATA = '__metadata__';
const REMEDY = 'The file is damaged, or was changed by another program: get it again from where it came from.';

const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const metadataSchema = v.record(v.string(), v.string());
const tensorSchema = v.object({ dtype: v.literal('F32'), shape: v.array(size), data_offsets: v.tuple([size, size]) });

/** What comes before the values, padded with spaces so that they begin at a multiple of 8 bytes. @throws RangeError when two tensors have one name, or a shape does not fit */
export function safetensorsHeader(tensors: readonly NamedTensor[], metadata: Safetensors['metadata']): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { [METADATA]: metadata };
  let at = 0;
  for (const { name, shape, values } of tensors) {
    if (name in header || product(shape) !== values.length) throw new RangeError(`The tensor ${name} cannot be written.`);
    header[name] = { dtype: 'F32', shape, data_offsets: [at, (at += values.byteLength)] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = 8 * Math.ceil(json.length / 8);
  const bytes = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, LENGTH_BYTES);
  return bytes;
}

/** The values' bytes, not copied. */
export function bytesOf(values: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
}

/** @param file for messages. @returns the tensors in the header's order, their values copied. @throws DataError when it is not such a file */
export function readSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const broken = (why: string): DataError => new DataError('bad-file', `${file} is not a safetensors file that can be read: ${why}.`, REMEDY, { file });
  if (bytes.length < LENGTH_BYTES) throw broken('it is too short');
  const headerBytes = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const from = LENGTH_BYTES + headerBytes;
  if (headerBytes > MAX_HEADER_BYTES || from > bytes.length) throw broken('its header has an impossible length');
  const header = parsed(bytes.subarray(LENGTH_BYTES, from));
  if (header === null || typeof header !== 'object' || Array.isArray(header)) throw broken('its header is not a JSON object');
  const { [METADATA]: rawMetadata = {}, ...entries } = header as Record<string, unknown>;
  if (!v.is(metadataSchema, rawMetadata)) throw broken('its metadata are not words');
  let at = 0;
  const tensors = Object.entries(entries).map(([name, entry]) => {
    if (!v.is(tensorSchema, entry)) throw broken(`the tensor ${name} is not described as one of float32`);
    const [begin, end] = entry.data_offsets;
    if (begin !== at || end < begin || from + end > bytes.length || end - begin !== 4 * product(entry.shape)) throw broken(`the tensor ${name} does not lie where it should`);
    at = end;
    return { name, shape: entry.shape, values: new Float32Array(bytes.slice(from + begin, from + end).buffer) };
  });
  if (from + at !== bytes.length) throw broken('something follows its last tensor');
  return { tensors, metadata: rawMetadata };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((count, length) => count * length, 1);
}
