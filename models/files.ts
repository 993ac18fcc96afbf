import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelFiles, ModelManifest } from '../src/engine/encoder/model-files.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** The manifest of `models/<encoder>`. */
export function readManifest(encoder = 'use-lite'): ModelManifest {
  return JSON.parse(readFileSync(join(HERE, encoder, 'manifest.json'), 'utf8')) as ModelManifest;
}

/** Folder of the installed package that carries the encoder's files. */
export function packageFolder({ source }: ModelManifest): string {
  return join(dirname(require.resolve(`${source.package}/package.json`)), source.folder);
}

/** The encoder's files from the installed package, for scripts and tests in Node. */
export function readModelFiles(manifest = readManifest()): ModelFiles {
  return new Map(
    manifest.files.map(({ source }) => {
      const bytes = readFileSync(join(packageFolder(manifest), source));
      return [source, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer];
    }),
  );
}

/** Folder of tfjs's WebAssembly binaries, with a slash at its end. */
export function wasmFolder(): string {
  return join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/');
}
