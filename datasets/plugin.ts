import { readFileSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const SERVED = /^(manifest\.json|[a-z-]+\.csv|embeddings\.f16\.bin|README\.md)$/;
const TYPES: Readonly<Record<string, string>> = { json: 'application/json', csv: 'text/csv', txt: 'text/plain; charset=utf-8' };
const BYTE_ORDER_MARK = '\ufeff';

/** Files of the bundled data sets by the name they are served under, `<id>/<name>`. */
function servedFiles(): Map<string, string> {
  const folders = readdirSync(FOLDER).filter((id) => statSync(FOLDER + id).isDirectory());
  const files = folders.flatMap((id) => readdirSync(FOLDER + id).filter((name) => SERVED.test(name)).map((name) => `${id}/${name}`));
  return new Map(files.map((file) => [file.replace(/\.md$/, '.txt'), FOLDER + file]));
}

/** Served as it is, but for a README: as plain text, which browsers show; the mark says UTF-8 where a server does not. */
function content(path: string): string | Uint8Array {
  return path.endsWith('.md') ? BYTE_ORDER_MARK + readFileSync(path, 'utf8') : readFileSync(path);
}

/** Serves the bundled data sets under `datasets/` in development, and writes them into a build. */
export function bundledData(): Plugin {
  return {
    name: 'heldout-bundled-data',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const asked = (request.url ?? '').split('?')[0] ?? '';
        const found = [...servedFiles()].find(([name]) => asked.endsWith(`/datasets/${name}`));
        if (!found) return next();
        const [name, path] = found;
        response.setHeader('Content-Type', TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
        response.end(content(path));
      });
    },
    generateBundle() {
      for (const [name, path] of servedFiles()) this.emitFile({ type: 'asset', fileName: `datasets/${name}`, source: content(path) });
    },
  };
}
