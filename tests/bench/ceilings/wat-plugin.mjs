import { readFileSync } from 'node:fs';
import binaryen from 'assemblyscript/binaryen';

/** Vite plugin: `import { bytes } from './x.wat'` gives the WebAssembly module that the text describes. @returns {import('vite').Plugin} */
export function watModules() {
  return {
    name: 'heldout-wat-modules',
    enforce: 'pre',
    load(id) {
      if (!id.endsWith('.wat')) return undefined;
      const module = binaryen.parseText(readFileSync(id, 'utf8'));
      module.setFeatures(binaryen.Features.SIMD128);
      if (!module.validate()) throw new Error(`${id} is no valid module.`);
      const text = Buffer.from(module.emitBinary()).toString('base64');
      module.dispose();
      return `export const bytes = Uint8Array.from(atob('${text}'), (character) => character.charCodeAt(0));`;
    },
  };
}
