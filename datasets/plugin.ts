import { createReadStream, readFileSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const SERVED = /^(manifest\.json|[a-z-]+\.csv|embeddings\.f16\.bin)$/;

/** Files of the bundled data sets, as `<id>/<file>`. */
function servedFiles(): string[] {
  return readdirSync(FOLDER)
    .filter((id) => statSync(FOLDER + id).isDirectory())
    .flatMap((id) => readdirSync(FOLDER + id).filter((name) => SERVED.test(name)).map((name) => `${id}/${name}`));
}

/** Serves the bundled data sets under `datasets/` in development, and copies them unchanged into a build. */
export function bundledData(): Plugin {
  return {
    name: 'heldout-bundled-data',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = servedFiles().find((file) => (request.url ?? '').split('?')[0]?.endsWith(`/datasets/${file}`));
        if (!name) return next();
        response.setHeader('Content-Type', name.endsWith('.json') ? 'application/json' : name.endsWith('.csv') ? 'text/csv' : 'application/octet-stream');
        createReadStream(FOLDER + name).pipe(response);
      });
    },
    generateBundle() {
      for (const file of servedFiles()) this.emitFile({ type: 'asset', fileName: `datasets/${file}`, source: readFileSync(FOLDER + file) });
    },
  };
}
