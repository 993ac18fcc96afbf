import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { getFloat16, setFloat16 } from '@petamoriken/float16';
import * as v from 'valibot';
import type { Dataset } from '../core/examples.ts';
import { DataError } from './errors.ts';
import { parseCsv } from './parse-csv.ts';

const sha256Hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u));
/** Characters: some four short sentences. */
const words = v.pipe(v.string(), v.nonEmpty(), v.maxLength(400));

/** What is told of a data set that comes with the page: its `about.json`, written by hand. */
export const BundledAboutSchema = v.object({
  name: v.pipe(v.string(), v.nonEmpty()),
  description: words,
  /** SPDX identifier. */
  licence: v.pipe(v.string(), v.nonEmpty()),
  /** What to try with it, and what there is to see. */
  lesson: words,
  /** What the page's numbers do not mean here; null where they mean what they say. */
  caution: v.nullable(words),
});

/** A data set that comes with the page: its CSV, this manifest, and its embeddings, computed when it was built. */
export const BundledManifestSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  ...BundledAboutSchema.entries,
  encoderVersion: v.pipe(v.string(), v.nonEmpty()),
  rows: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The examples' groups in order of appearance; absent when they have none. */
  groups: v.optional(v.pipe(v.array(v.string()), v.minLength(1), v.readonly())),
  csvSha256: sha256Hex,
  embeddings: v.object({ file: v.string(), sha256: sha256Hex, format: v.literal('float16-le'), width: v.literal(512) }),
});
export type BundledManifest = v.InferOutput<typeof BundledManifestSchema>;

export const BUNDLED_WIDTH = 512;
const REMEDY = 'Reload the page; if that does not help, the copy of this site is damaged.';

/**
 * @param csvText the CSV as it was built, without a byte order mark.
 * @param manifest the parsed JSON of its manifest, not yet checked.
 * @returns the data set, its rows in the order of the embeddings' rows, and the checked manifest.
 * @throws DataError when the manifest is malformed, the CSV is not the one that it names or has other groups, or an import would leave out rows.
 */
export async function readBundled(csvText: string, manifest: unknown): Promise<{ dataset: Dataset; manifest: BundledManifest }> {
  const checked = v.safeParse(BundledManifestSchema, manifest);
  if (!checked.success) {
    const issue = checked.issues[0];
    throw new DataError('bad-file', `The manifest of a bundled data set is malformed: ${v.getDotPath(issue) ?? 'root'}: ${issue.message}`, REMEDY);
  }
  const { id, name, rows, groups = [], csvSha256 } = checked.output;
  const file = `${id}.csv`;
  if (sha256Of(utf8ToBytes(csvText)) !== csvSha256) throw new DataError('bad-file', `${file} is not the file that its manifest names.`, REMEDY, { file });
  const { dataset } = await parseCsv({ name: file, content: csvText });
  if (dataset.examples.length !== rows) {
    throw new DataError('bad-file', `${file} gives ${dataset.examples.length} examples, its manifest ${rows}.`, REMEDY, { file });
  }
  if (JSON.stringify(dataset.groups) !== JSON.stringify(groups)) {
    const listed = (names: readonly string[]): string => names.join(', ') || 'none';
    throw new DataError('bad-file', `${file} has the groups ${listed(dataset.groups)}, its manifest ${listed(groups)}.`, REMEDY, { file });
  }
  return { dataset: { ...dataset, name }, manifest: checked.output };
}

/** @throws DataError when the file is not the one that the manifest names, or has not 512 values a row. */
export function readBundledEmbeddings(bytes: Uint8Array, manifest: BundledManifest): Float32Array<ArrayBuffer> {
  const { file, sha256: expected, width } = manifest.embeddings;
  if (sha256Of(bytes) !== expected || bytes.length !== manifest.rows * width * 2) {
    throw new DataError('bad-file', `${file} is not the file that its manifest names.`, REMEDY, { file });
  }
  return decodeEmbeddings(bytes);
}

/**
 * @param bytes little-endian float16 [N, 512].
 * @returns float32 [N, 512], each row scaled to unit L2 norm, which rounding to float16 had moved by some 1e-4.
 * @throws DataError when the length is not of whole rows, or a row has no direction.
 */
export function decodeEmbeddings(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  if (bytes.length % (2 * BUNDLED_WIDTH) !== 0) throw new DataError('bad-file', 'The embeddings file is cut short.', REMEDY);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = float16Table();
  const values = new Float32Array(bytes.length / 2);
  for (let from = 0; from < values.length; from += BUNDLED_WIDTH) {
    let squares = 0;
    for (let i = from; i < from + BUNDLED_WIDTH; i++) {
      const value = table[view.getUint16(2 * i, true)] as number;
      values[i] = value;
      squares += value * value;
    }
    const scale = 1 / Math.sqrt(squares);
    if (!Number.isFinite(scale) || scale === 0) throw new DataError('bad-file', `Embedding ${from / BUNDLED_WIDTH} of the embeddings file has no direction.`, REMEDY);
    for (let i = from; i < from + BUNDLED_WIDTH; i++) values[i] = (values[i] as number) * scale;
  }
  return values;
}

/** float32 [N, 512] → little-endian float16. @throws RangeError on a value beyond float16 or not whole rows. */
export function encodeEmbeddings(values: Float32Array): Uint8Array<ArrayBuffer> {
  if (values.length % BUNDLED_WIDTH !== 0) throw new RangeError(`${values.length} values are not rows of ${BUNDLED_WIDTH}.`);
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (!(Math.abs(value) <= 65504)) throw new RangeError(`Value ${value} at ${i} is beyond float16.`);
    setFloat16(view, 2 * i, value, true);
  });
  return bytes;
}

/** All 65,536 float16 values: a look-up a value is many times faster than the conversion. */
function float16Table(): Float32Array {
  const view = new DataView(new ArrayBuffer(2));
  return Float32Array.from({ length: 65536 }, (_, bits) => {
    view.setUint16(0, bits);
    return getFloat16(view, 0);
  });
}

function sha256Of(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}
