import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { bundledData } from './datasets/plugin.ts';
import { modelFiles } from './models/plugin.ts';
import { synonyms } from './models/synonyms/plugin.ts';
import { populationKernel } from './src/engine/population/kernel/plugin.ts';
import { CHROMIUM_ARGS, chromiumPath } from './.ci/chromium.mjs';

/** Headers that make a page cross-origin isolated. Nothing needs them; tests check that they do no harm. */
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  root: 'src',
  base: './', // a built site works from any sub-path
  publicDir: false,
  cacheDir: fileURLToPath(new URL('.cache/vite', import.meta.url)),
  build: { outDir: '../dist', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 2500 },
  worker: { format: 'es', plugins: () => [populationKernel()] },
  plugins: [svelte(), modelFiles(), synonyms(), bundledData(), populationKernel()],
  preview: process.env['ISOLATED'] ? { headers: ISOLATION } : {},
  // Named, so that none is found in mid-test, which reloads the page.
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow-models/universal-sentence-encoder',
      '@noble/hashes/sha2.js',
      '@noble/hashes/utils.js',
      '@petamoriken/float16',
      'comlink',
      'idb',
      'papaparse',
      'valibot',
      'virtua/svelte',
    ],
  },
  test: {
    projects: [
      { extends: true, test: { name: 'unit', root: '.', include: ['tests/unit/**/*.test.ts'], environment: 'node' } },
      { extends: true, test: { name: 'engine', root: '.', include: ['tests/engine/**/*.test.ts'], environment: 'node', testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        extends: true,
        test: {
          name: 'browser',
          root: '.',
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 300_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: chromiumPath(), args: CHROMIUM_ARGS } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          root: '.',
          include: ['tests/e2e/**/*.test.ts'],
          environment: 'node',
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          globalSetup: ['tests/e2e/build-and-serve.ts'],
        },
      },
    ],
  },
});
