import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { hashFloats } from '../../src/core/hash.ts';

/** The file with some of its files replaced, and the manifest telling the truth about them where asked for. */
export async function changed(file: File, change: (files: Record<string, Uint8Array>) => void, truthfully = true): Promise<File> {
  const files = unzipSync(new Uint8Array(await file.arrayBuffer()));
  change(files);
  if (truthfully) {
    const manifest = JSON.parse(strFromU8(files['heldout.json'] as Uint8Array)) as { files: Record<string, { bytes: number; sha256: string }> };
    for (const name of Object.keys(manifest.files)) {
      const bytes = files[name];
      if (!bytes) continue;
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
      manifest.files[name] = { bytes: bytes.length, sha256: Buffer.from(hash).toString('hex') };
    }
    files['heldout.json'] = strToU8(JSON.stringify(manifest));
  }
  return new File([zipSync(files) as Uint8Array<ArrayBuffer>], file.name);
}

/** The file with other embeddings, of unit norm, with a hash that fits them. @param change of the values [rows, 512] */
export async function withVectors(file: File, change: (values: Float32Array) => void): Promise<File> {
  return changed(file, (files) => {
    const bytes = (files['embeddings.safetensors'] as Uint8Array).slice();
    const from = 8 + new DataView(bytes.buffer).getUint32(0, true);
    const values = new Float32Array(bytes.slice(from).buffer);
    change(values);
    bytes.set(new Uint8Array(values.buffer), from);
    files['embeddings.safetensors'] = bytes;
    const manifest = JSON.parse(strFromU8(files['heldout.json'] as Uint8Array)) as { embeddings: { featuresHash: string } };
    manifest.embeddings.featuresHash = hashFloats(values);
    files['heldout.json'] = strToU8(JSON.stringify(manifest));
  });
}

/** Each text gets the vector of the next one. */
export function shiftVectors(values: Float32Array): void {
  const first = values.slice(0, 512);
  values.copyWithin(0, 512);
  values.set(first, values.length - 512);
}
