/** `npm test`: everything, and as the last line the sum over all suites. Each check counts as one test. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromiumPath } from './chromium.mjs';
import { ensureInstalled, show } from './install.mjs';

// Absolute, since Vitest takes paths from Vite's root.
const CACHE = fileURLToPath(new URL('../.cache/', import.meta.url));
const RESULTS = `${CACHE}test-results.json`;
const CHECKS = [
  ['lint, with the import table', ['eslint', '.', '--max-warnings', '0']],
  ['types', ['tsc', '--noEmit', '-p', '.']],
  ['types and accessibility of components', ['svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human']],
];

if (!chromiumPath()) {
  console.error('The tests need Chromium or Chrome, and none was found. Install one (Debian: apt-get install chromium), or set CHROME_PATH to its program file.');
  console.log('0 passed, 1 failed');
  process.exit(1);
}
ensureInstalled();

let passed = 0;
let failed = 0;
for (const [name, args] of CHECKS) {
  console.log(`\n== ${name}`);
  if (show('npx', args) === 0) passed++;
  else failed++;
}

console.log('\n== unit, engine, browser and end-to-end tests');
mkdirSync(CACHE, { recursive: true });
rmSync(RESULTS, { force: true });
const status = show('npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`, ...process.argv.slice(2)]);
try {
  const results = JSON.parse(readFileSync(RESULTS, 'utf8'));
  passed += results.numPassedTests;
  // A suite that breaks before its first test, and a test that did not run, count as failures.
  const brokenSuites = results.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0).length;
  failed += results.numFailedTests + results.numPendingTests + brokenSuites;
} catch {
  failed++;
}
if (status !== 0 && failed === 0) failed++;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
