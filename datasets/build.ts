/**
 * Makes the embeddings and the manifest of each bundled data set: `npm run build:datasets`, or of some: `npm run build:datasets -- ID …`.
 * Needed after a change of `<id>/<id>.csv` or the encoder; a test compares the result with the encoder. After a change of `<id>/about.json`
 * alone, `npm run build:datasets -- --words` takes over its words and embeds nothing.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { readModelFiles, wasmFolder } from '../models/files.ts';
import { BundledAboutSchema, BundledManifestSchema, encodeEmbeddings, readBundled, readBundledEmbeddings, type BundledManifest } from '../src/data/bundled.ts';
import { parseCsv } from '../src/data/parse-csv.ts';
import { startBackend } from '../src/engine/backend.ts';
import { ENCODER_VERSION, Encoder } from '../src/engine/encoder/encoder.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const EMBEDDINGS_FILE = 'embeddings.f16.bin';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const path = (id: string, file: string): string => `${FOLDER}${id}/${file}`;
const json = (id: string, file: string): object => JSON.parse(readFileSync(path(id, file), 'utf8')) as object;

/** A manifest with the words of `about.json`, its fields in the schema's order. */
function withWords(id: string, manifest: object): BundledManifest {
  return v.parse(BundledManifestSchema, { ...manifest, id, ...v.parse(BundledAboutSchema, json(id, 'about.json')) });
}

function write(manifest: BundledManifest): void {
  writeFileSync(path(manifest.id, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function build(id: string, encoder: Encoder): Promise<void> {
  const csv = new Uint8Array(readFileSync(path(id, `${id}.csv`)));
  const { dataset } = await parseCsv({ name: `${id}.csv`, content: csv });
  const embeddings = encodeEmbeddings(await encoder.embed(dataset.examples.map((example) => example.text)));
  const manifest = withWords(id, {
    encoderVersion: ENCODER_VERSION,
    rows: dataset.examples.length,
    ...(dataset.groups.length > 0 && { groups: dataset.groups }),
    csvSha256: sha256(csv),
    embeddings: { file: EMBEDDINGS_FILE, sha256: sha256(embeddings), format: 'float16-le', width: 512 },
  });
  writeFileSync(path(id, EMBEDDINGS_FILE), embeddings);
  write(manifest);
  console.log(`${id}: ${manifest.rows} rows embedded.`);
}

/** Takes over `about.json` alone. @throws DataError when CSV or embeddings are not those that the manifest names: then they must be built */
async function refreshWords(id: string): Promise<void> {
  const manifest = withWords(id, json(id, 'manifest.json'));
  await readBundled(readFileSync(path(id, `${id}.csv`), 'utf8'), manifest);
  readBundledEmbeddings(new Uint8Array(readFileSync(path(id, manifest.embeddings.file))), manifest);
  write(manifest);
  console.log(`${id}: words taken over.`);
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { words: { type: 'boolean', default: false } } });
const ids = positionals.length > 0 ? positionals : readdirSync(FOLDER).filter((name) => statSync(FOLDER + name).isDirectory());
if (values.words) {
  for (const id of ids) await refreshWords(id);
} else {
  await startBackend('wasm', { wasmPaths: wasmFolder() });
  const encoder = Encoder.load(readModelFiles(), { now: () => performance.now() });
  for (const id of ids) await build(id, encoder);
  encoder.dispose();
}
