/**
 * Makes the embeddings and the manifest of each bundled data set: `npm run build:datasets`, or of some: `npm run build:datasets -- ID …`.
 * Needed after a change of `<id>/<id>.csv`, `<id>/about.json` or the encoder; a test compares the result with the encoder.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readModelFiles, wasmFolder } from '../models/files.ts';
import { encodeEmbeddings, type BundledManifest } from '../src/data/bundled.ts';
import { parseCsv } from '../src/data/parse-csv.ts';
import { startBackend } from '../src/engine/backend.ts';
import { ENCODER_VERSION, Encoder } from '../src/engine/encoder/encoder.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const EMBEDDINGS_FILE = 'embeddings.f16.bin';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function build(id: string, encoder: Encoder): Promise<void> {
  const path = (file: string): string => `${FOLDER}${id}/${file}`;
  const csv = new Uint8Array(readFileSync(path(`${id}.csv`)));
  const about = JSON.parse(readFileSync(path('about.json'), 'utf8')) as Pick<BundledManifest, 'name' | 'description' | 'licence'>;
  const { dataset } = await parseCsv({ name: `${id}.csv`, content: csv });
  const embeddings = encodeEmbeddings(await encoder.embed(dataset.examples.map((example) => example.text)));
  const manifest: BundledManifest = {
    id,
    ...about,
    encoderVersion: ENCODER_VERSION,
    rows: dataset.examples.length,
    ...(dataset.groups.length > 0 && { groups: dataset.groups }),
    csvSha256: sha256(csv),
    embeddings: { file: EMBEDDINGS_FILE, sha256: sha256(embeddings), format: 'float16-le', width: 512 },
  };
  writeFileSync(path(EMBEDDINGS_FILE), embeddings);
  writeFileSync(path('manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`${id}: ${manifest.rows} rows embedded.`);
}

await startBackend('wasm', { wasmPaths: wasmFolder() });
const encoder = Encoder.load(readModelFiles(), { now: () => performance.now() });
const named = process.argv.slice(2);
const all = readdirSync(FOLDER).filter((name) => statSync(FOLDER + name).isDirectory());
for (const id of named.length > 0 ? named : all) await build(id, encoder);
encoder.dispose();
