import js from '@eslint/js';
import ts from 'typescript-eslint';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { importX } from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';

/** Who may import whom among the folders of src (README, "How the code is laid out"). */
const IMPORT_TABLE = {
  core: [],
  data: ['core'],
  protocol: ['core'],
  engine: ['core', 'protocol'],
  storage: ['core', 'protocol'],
  worker: ['engine', 'data', 'storage', 'protocol', 'core'],
  client: ['protocol', 'core'],
  state: ['client', 'data', 'protocol', 'core'],
  ui: ['state', 'core'],
};

const zones = Object.entries(IMPORT_TABLE).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: './src',
  except: [folder, ...allowed].map((name) => `./${name}`),
  message: `src/${folder} may import only: ${allowed.join(', ') || 'nothing'}.`,
}));

/** Bans `patterns` for every file of src except those under `owners`. */
function onlyIn(owners, patterns, message, files = ['src/**/*.ts', 'src/**/*.svelte']) {
  return {
    files,
    ignores: owners.map((owner) => `src/${owner}/**`),
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ group: patterns, message }] }] },
  };
}

export default ts.config(
  { ignores: ['dist/', '.cache/', 'node_modules/', 'src/engine/population/kernel/assembly/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.worker, ...globals.node } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })] },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'no-undef': 'off', // TypeScript checks names, and knows the types of globals
      '@typescript-eslint/no-explicit-any': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
  onlyIn(['engine'], ['@tensorflow/*', '@tensorflow-models/*'], 'Only src/engine may use tfjs.'),
  {
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    ignores: ['src/storage/**'],
    rules: { 'no-restricted-globals': ['error', 'indexedDB', 'caches'] },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'Date', 'performance', 'crypto', 'window', 'document', 'indexedDB', 'caches', 'fetch'],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Use core/rng: every random number comes from the seed.' }],
    },
  },
  { files: ['.ci/**', 'tests/bench/**', 'datasets/**', 'models/**'], rules: { 'no-console': 'off' } },
);
