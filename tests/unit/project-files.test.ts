import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { CURVE_COLUMNS } from '../../src/core/curve.ts';
import { readBranch, writeBranch } from '../../src/data/project/branch-file.ts';
import { fileNameOf } from '../../src/data/project/file-name.ts';
import { bytesOf, readSafetensors, safetensorsHeader, type NamedTensor } from '../../src/data/project/safetensors.ts';
import { readWeights, writeWeights } from '../../src/data/project/weights-file.ts';
import { ZipArchive, crc32 } from '../../src/data/project/zip-reader.ts';
import { ZipWriter } from '../../src/data/project/zip-writer.ts';
import { newRecord } from '../support/runs.ts';

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const tensors: readonly NamedTensor[] = [
  { name: 'weights1', shape: [2, 3], values: Float32Array.of(1, -0, NaN, Infinity, 1e-45, 3.4e38) },
  { name: 'bias1', shape: [3], values: Float32Array.of(1, 2, 3) },
  { name: 'empty', shape: [0, 4], values: new Float32Array() },
];
const safetensors = (): Uint8Array<ArrayBuffer> => joined([safetensorsHeader(tensors, { step: '7' }), ...tensors.map(({ values }) => bytesOf(values))]);
/** A safetensors file with this header and so many bytes of values. */
function withHeader(header: unknown, valueBytes: number): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return joined([length, json, new Uint8Array(valueBytes)]);
}

describe('a safetensors file', () => {
  test('is laid out as the format says', () => {
    const bytes = safetensors();
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as unknown;
    expect(length % 8).toBe(0);
    expect(header).toEqual({
      __metadata__: { step: '7' },
      weights1: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      bias1: { dtype: 'F32', shape: [3], data_offsets: [24, 36] },
      empty: { dtype: 'F32', shape: [0, 4], data_offsets: [36, 36] },
    });
    expect([...bytes.subarray(8 + length + 24, 8 + length + 28)]).toEqual([0, 0, 0x80, 0x3f]); // 1 as a little-endian float32
  });

  test('comes back to the bit', () => {
    expect(readSafetensors(safetensors(), 'x')).toEqual({ tensors, metadata: { step: '7' } });
  });

  test.each<readonly [string, Uint8Array, RegExp]>([
    ['too short', new Uint8Array(5), /too short/u],
    ['of an impossible length', joined([new Uint8Array(8).fill(255), new Uint8Array(8)]), /impossible length/u],
    ['without a header', withHeader(3, 0), /not a JSON object/u],
    ['of other numbers', withHeader({ a: { dtype: 'F16', shape: [1], data_offsets: [0, 2] } }, 2), /as one of float32/u],
    ['of another shape', withHeader({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, 4), /does not lie where/u],
    ['with a hole', withHeader({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, 8), /does not lie where/u],
    ['cut short', safetensors().subarray(0, -4), /does not lie where|bias1/u],
    ['with something behind', joined([safetensors(), new Uint8Array(4)]), /follows its last tensor/u],
  ])('that is %s is refused by its name', (_, bytes, says) => {
    expect(() => readSafetensors(bytes, 'weights/a.safetensors')).toThrow(says);
    expect(() => readSafetensors(bytes, 'weights/a.safetensors')).toThrow(/weights\/a\.safetensors/u);
  });
});

test('a checkpoint comes back whole from its file', () => {
  const checkpoint = { step: 320, tensors, batchPosition: [64, 0, 1_000_000] };
  expect(readWeights(joined(writeWeights(checkpoint, 3)), 'w')).toEqual(checkpoint);
  expect(() => readWeights(safetensors(), 'w')).toThrow(/at which step/u);
});

describe('a branch’s file', () => {
  test('holds every number of its curves exactly', () => {
    const loss = fc.oneof(fc.double(), fc.constantFrom(-0, NaN, Infinity, -Infinity, 0.1 + 0.2, 5e-324));
    fc.assert(
      fc.property(fc.array(fc.array(loss, { minLength: 6, maxLength: 6 }), { maxLength: 20 }), (evaluations) => {
        const curve = Float64Array.from(evaluations.flatMap(([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0], i) => [10 * i, 3, a, b, 2, c, d, 1, e, f]));
        const branch = { record: newRecord({ seeds: 1 }), runId: 'run', order: 2, name: 'a “name”\n', heads: [{ curve, sizes: { train: 5, validation: 4, heldOut: 3 } }], savedAt: 1.7e12 };
        const back = readBranch(writeBranch(branch), 'runs/a.json');
        expect(back).toEqual(branch);
        expect(back.heads[0]?.curve.every((value, i) => Object.is(value, curve[i]))).toBe(true);
        expect(curve.length % CURVE_COLUMNS).toBe(0);
      }),
    );
  });

  test('of an older record is read as one of today’s', () => {
    const { shape, variantJoins, ...record } = newRecord();
    const { learningRate, dropout } = record.initialKnobs;
    const old = { ...record, version: 2, initialKnobs: { learningRate, dropout, augmentation: true, augmentationStrength: 0.5 } };
    const json = writeBranch({ record: old as never, runId: 'run', order: 0, name: '', heads: [{ curve: new Float64Array(), sizes: { train: 0, validation: 0, heldOut: 0 } }], savedAt: 0 });
    const back = readBranch(json, 'runs/a.json').record;
    expect(back).toMatchObject({ version: 3, shape, variantJoins, initialKnobs: { learningRate, noise: true, mixup: true, noiseNorm: 0.5 } });
  });

  test.each<readonly [string, (branch: Record<string, unknown>, record: Record<string, unknown>) => void, RegExp]>([
    ['no record', (branch) => delete branch['record'], /runs\/a\.json cannot be read/u],
    ['a log that goes back', (_, record) => (record['log'] = [{ step: 5, knob: 'l2', value: true }, { step: 4, knob: 'l2', value: false }]), /log are not in order/u],
    ['an impossible change', (_, record) => (record['log'] = [{ step: 5, knob: 'steps', value: 99_999 }]), /Steps must be/u],
    ['a switch that is a number', (_, record) => (record['log'] = [{ step: 5, knob: 'l2', value: 1 }]), /on or off/u],
    ['an unknown augmentation', (_, record) => (record['variantJoins'] = [{ step: 1, kind: 'magic', strength: 0.1, count: 1 }]), /variantJoins/u],
    ['an impossible shape', (_, record) => (record['shape'] = { ...(record['shape'] as object), labelNoise: 0.9 }), /Label noise/u],
    ['an infinite seed', (_, record) => (record['seed'] = 2 ** 40), /seed/u],
    ['heads of other seeds', (branch) => (branch['heads'] = []), /seeds/u],
    ['more right than rows', (branch) => (branch['heads'] = [{ seed: 1, sizes: { train: 1, validation: 1, heldOut: 1 }, evaluations: [[0, 2, 0, 0, 1, 0, 0, 1, 0, 0]] }]), /2 of 1 rows/u],
  ])('with %s is refused by its name', (_, spoil, says) => {
    const branch = JSON.parse(writeBranch({ record: newRecord(), runId: 'run', order: 0, name: '', heads: [{ curve: new Float64Array(), sizes: { train: 0, validation: 0, heldOut: 0 } }], savedAt: 0 })) as Record<string, unknown>;
    spoil(branch, branch['record'] as Record<string, unknown>);
    expect(() => readBranch(JSON.stringify(branch), 'runs/a.json')).toThrow(says);
    expect(() => readBranch(JSON.stringify(branch), 'runs/a.json')).toThrow(/runs\/a\.json/u);
  });

  test('that is no JSON is refused by its name', () => {
    expect(() => readBranch('{', 'runs/a.json')).toThrow(/runs\/a\.json cannot be read/u);
  });
});

describe('a zip archive', () => {
  async function read(archive: ZipArchive, name: string): Promise<Uint8Array> {
    const entry = archive.get(name);
    if (!entry) throw new Error(`${name} is not there.`);
    const pieces: Uint8Array[] = [];
    for await (const piece of archive.read(entry)) pieces.push(piece);
    return joined(pieces);
  }
  const blobOf = (bytes: Uint8Array): Blob => new Blob([bytes as Uint8Array<ArrayBuffer>]);
  const text = new TextEncoder().encode('to be or not to be, '.repeat(5000));
  const noise = Uint8Array.from({ length: 70_000 }, (_, i) => Math.imul(i, 2654435761) >>> 24);

  test('that was written piece by piece is read file by file', async () => {
    const zip = new ZipWriter(Date.UTC(2026, 0, 1));
    const facts = await zip.add('a text.txt', [text.slice(0, 777), text.slice(777)], true);
    await zip.add('weights/é.bin', [noise], false);
    const content = zip.finish();
    expect(content.size).toBeLessThan(noise.length + 2000);
    expect(facts.bytes).toBe(text.length);
    expect(facts.sha256).toBe(Buffer.from(await crypto.subtle.digest('SHA-256', text)).toString('hex'));
    const archive = await ZipArchive.open('x.zip', content);
    expect(Buffer.compare(await read(archive, 'a text.txt'), text)).toBe(0);
    expect(Buffer.compare(await read(archive, 'weights/é.bin'), noise)).toBe(0);
    expect(archive.get('a text.txt')?.crc32).toBe(crc32(text));
  });

  test('of another program is read, with a comment at its end', async () => {
    const bytes = zipSync({ 'a.txt': text, 'b.bin': [noise, { level: 0 }] }, { comment: 'hello' });
    const archive = await ZipArchive.open('x.zip', blobOf(bytes));
    expect(Buffer.compare(await read(archive, 'a.txt'), text)).toBe(0);
    expect(Buffer.compare(await read(archive, 'b.bin'), noise)).toBe(0);
  });

  /** Where the central directory's entry begins. */
  const centralOf = (bytes: Uint8Array): number => new DataView(bytes.buffer).getUint32(bytes.length - 22 + 16, true);

  test('whose file would become larger than it says is stopped there', async () => {
    const bytes = zipSync({ bomb: new Uint8Array(50_000_000) });
    expect(bytes.length).toBeLessThan(60_000);
    new DataView(bytes.buffer).setUint32(centralOf(bytes) + 24, 1000, true);
    const archive = await ZipArchive.open('x.zip', blobOf(bytes));
    expect(archive.get('bomb')?.bytes).toBe(1000);
    let made = 0;
    await expect(
      (async () => {
        for await (const piece of archive.read(archive.get('bomb') as never)) made += piece.length;
      })(),
    ).rejects.toThrow(/bomb in x\.zip is damaged/u);
    expect(made).toBe(0);
  });

  test.each<readonly [string, (bytes: Uint8Array, view: DataView, central: number) => void, RegExp]>([
    ['locked', (_, view, central) => view.setUint16(central + 8, 1, true), /a\.txt in it is locked/u],
    ['compressed otherwise', (_, view, central) => view.setUint16(central + 10, 12, true), /unusual way/u],
    ['said to have more files than there are', (bytes, view) => view.setUint16(bytes.length - 22 + 10, 9, true), /damaged/u],
    ['said to list its files elsewhere', (bytes, view) => view.setUint32(bytes.length - 22 + 16, 2 ** 31, true), /impossible size/u],
  ])('that is %s is refused', async (_, spoil, says) => {
    const bytes = zipSync({ 'a.txt': text });
    spoil(bytes, new DataView(bytes.buffer), centralOf(bytes));
    await expect(ZipArchive.open('x.zip', blobOf(bytes))).rejects.toThrow(says);
  });

  test('with a damaged file says which', async () => {
    const bytes = zipSync({ 'a.txt': text });
    bytes.fill(0xff, 40, 60);
    const archive = await ZipArchive.open('x.zip', blobOf(bytes));
    await expect(read(archive, 'a.txt')).rejects.toThrow(/a\.txt in x\.zip is damaged/u);
  });
});

test.each([
  ['Reviews, cleaned', 'Reviews, cleaned'],
  ['a/b\\c:d*"e"', 'a-b-c-d-e-'],
  [' .. ', 'data'],
  ['😀'.repeat(100), '😀'.repeat(80)],
])('the data set “%s” is saved as “%s”', (name, file) => {
  expect(fileNameOf(name)).toBe(file);
});
