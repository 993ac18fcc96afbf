import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import manifest from '../../models/use-lite/manifest.json';
import { fetchModelFiles, type ModelFiles, type ModelManifest } from '../../src/engine/encoder/model-files.ts';

const require = createRequire(import.meta.url);

/** The manifest of the encoder that the page uses. */
export const useLiteManifest: ModelManifest = manifest;

/** Folder of an installed package. */
function packageFolder(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

/** tfjs's WebAssembly binaries, for `startBackend` in Node. */
export const wasmPaths = `${packageFolder('@tensorflow/tfjs-backend-wasm')}/dist/`;

/** Where the package that carries USE-lite keeps it. */
export const useLiteFolder = join(packageFolder(manifest.source.package), manifest.source.folder);

/** Stands for a server: answers `<anything>/<served name>` with the file of the installed package, 404 otherwise. */
export async function fetchFromPackage(url: string): Promise<Response> {
  const file = manifest.files.find(({ name }) => name === url.split('/').at(-1));
  return file ? new Response(await readFile(join(useLiteFolder, file.source))) : new Response('', { status: 404 });
}

/** A file of the built site: models of the installed package, all else from this repository. @param path in the site */
export async function siteFile(path: string): Promise<Response> {
  return path.startsWith('models/') ? fetchFromPackage(path) : new Response(await readFile(new URL(`../../${path}`, import.meta.url)));
}

/** The checked files of USE-lite, as the page would have fetched them. */
export function useLiteFiles(): Promise<ModelFiles> {
  return fetchModelFiles(useLiteManifest, { baseUrl: 'models/use-lite/', fetch: fetchFromPackage });
}
