import type { Plugin } from 'vite';
import { compileKernel, kernelSources } from './build.mjs';

const NAME = 'virtual:population-kernel';
const RESOLVED = `\0${NAME}`;

/**
 * Vite plugin: `import { kernelBytes } from 'virtual:population-kernel'` gives the compiled kernel, in development, in a build, in
 * workers and in Vitest alike. It is compiled on demand, and travels inside the importing chunk (about 25 kB as base64), so that there
 * is no file to fetch, to name or to lose.
 */
export function populationKernel(): Plugin {
  return {
    name: 'heldout-population-kernel',
    resolveId(id) {
      return id === NAME ? RESOLVED : undefined;
    },
    async load(id) {
      if (id !== RESOLVED) return undefined;
      for (const source of kernelSources()) this.addWatchFile(source);
      const text = Buffer.from(await compileKernel()).toString('base64');
      return `export const kernelBytes = Uint8Array.from(atob('${text}'), (character) => character.charCodeAt(0));`;
    },
  };
}
