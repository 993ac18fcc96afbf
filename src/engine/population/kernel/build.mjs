/**
 * Compiles the AssemblyScript in `assembly/` into `.cache/population-kernel.wasm`, unless that is there and newer than its sources.
 * `node src/engine/population/kernel/build.mjs` does it by hand; the Vite plugin and the tests call `compileKernel`.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCES = join(HERE, 'assembly');
const CACHE = join(HERE, '../../../../.cache');
const OUTPUT = join(CACHE, 'population-kernel.wasm');

/**
 * Plain SIMD only: relaxed operations may differ between processors. No collector and no `abort` import, as nothing is allocated.
 * Warning 112 is about v128 in functions that JavaScript could call; these ones are not exported from the module.
 */
const OPTIONS = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--use', 'abort=', '--noAssert', '--disableWarning', '112'];

/** Paths of the sources, for watching. @returns {string[]} */
export function kernelSources() {
  return readdirSync(SOURCES)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(SOURCES, name));
}

/**
 * The compiled kernel. @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws Error with the compiler's messages
 */
export async function compileKernel() {
  const newest = Math.max(...[fileURLToPath(import.meta.url), ...kernelSources()].map((path) => statSync(path).mtimeMs));
  if ((statSync(OUTPUT, { throwIfNoEntry: false })?.mtimeMs ?? 0) > newest) return new Uint8Array(readFileSync(OUTPUT));
  const { main } = await import('assemblyscript/asc');
  /** @type {Uint8Array | undefined} */
  let compiled;
  const { error, stderr } = await main(['index.ts', '--baseDir', SOURCES, '--outFile', 'kernel.wasm', ...OPTIONS], {
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') compiled = contents;
    },
  });
  if (error || !compiled) throw new Error(`The population kernel does not compile.\n${stderr.toString()}`, { cause: error });
  mkdirSync(CACHE, { recursive: true });
  const partial = `${OUTPUT}.${process.pid}`;
  writeFileSync(partial, compiled);
  renameSync(partial, OUTPUT); // in one move, as several test workers may compile at once
  return new Uint8Array(compiled);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { length } = await compileKernel();
  process.stdout.write(`${OUTPUT}: ${length} bytes\n`);
}
