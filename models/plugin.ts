import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import type { ModelManifest } from '../src/engine/encoder/model-files.ts';

const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * Vite plugin: the files of `models/<folder>/manifest.json` appear at `<base>models/<folder>/<name>`, with the manifest beside them.
 * The development server streams them from the package that carries them; the build copies them verbatim, under unhashed names,
 * and fails when one is missing or has another SHA-256 than the manifest says.
 */
export function modelFiles(folder = 'use-lite'): Plugin {
  const manifestFile = join(HERE, folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as ModelManifest;
  const require = createRequire(import.meta.url);
  const sourceFolder = (): string => join(dirname(require.resolve(`${manifest.source.package}/package.json`)), manifest.source.folder);
  const paths = (): Map<string, string> =>
    new Map([['manifest.json', manifestFile], ...manifest.files.map((file): [string, string] => [file.name, join(sourceFolder(), file.source)])]);

  let base = '/';
  return {
    name: `heldout-models-${folder}`,
    configResolved(config) {
      base = config.base.startsWith('/') ? config.base : '/';
    },
    configureServer(server) {
      const known = paths();
      server.middlewares.use((request, response, next) => {
        // A module that imports the manifest asks with a query (`?import`): that is for Vite to answer, so addresses are taken whole.
        const address = request.url ?? '';
        // Vite may or may not have taken the base off by now.
        const local = address.startsWith(base) ? address.slice(base.length) : address.slice(1);
        const prefix = `models/${folder}/`;
        const path = local.startsWith(prefix) ? known.get(local.slice(prefix.length)) : undefined;
        if (path === undefined) return next();
        response.setHeader('Content-Type', path.endsWith('.json') ? 'application/json' : 'application/octet-stream');
        createReadStream(path).on('error', next).pipe(response);
      });
    },
    generateBundle() {
      const expected = new Map(manifest.files.map((file) => [file.name, file.sha256]));
      for (const [name, path] of paths()) {
        const source = readFileSync(path);
        const sha256 = createHash('sha256').update(source).digest('hex');
        if (expected.has(name) && expected.get(name) !== sha256) {
          throw new Error(`models/${folder}: ${name} has SHA-256 ${sha256}, not the manifest's. Reinstall ${manifest.source.package} ${manifest.source.version}.`);
        }
        this.emitFile({ type: 'asset', fileName: `models/${folder}/${name}`, source });
      }
    },
  };
}
