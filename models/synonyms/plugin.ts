import type { Plugin } from 'vite';
import { SYNONYM_FILE } from '../../src/core/augment/synonyms.ts';
import { synonymTable } from './build.ts';
import { readWordNet } from './wordnet.ts';

/**
 * Vite plugin: the table of synonyms appears at `<base>models/synonyms/table.txt`. It is made of the installed WordNet when it is first
 * asked for, in two seconds or so; the build writes it under its unhashed name.
 */
export function synonyms(): Plugin {
  let made: string | null = null;
  const table = (): string => (made ??= synonymTable(readWordNet()));
  let base = '/';
  return {
    name: 'heldout-synonyms',
    configResolved(config) {
      base = config.base.startsWith('/') ? config.base : '/';
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const address = request.url ?? '';
        // Vite may or may not have taken the base off by now.
        if (address !== base + SYNONYM_FILE && address !== `/${SYNONYM_FILE}`) return next();
        response.setHeader('Content-Type', 'text/plain; charset=utf-8');
        response.end(table());
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: SYNONYM_FILE, source: table() });
    },
  };
}
