/** `npm run bench`: builds the bench page, runs its parts in headless Chromium, and prints their tables. See tests/bench/README.md. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import os from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CHROMIUM_ARGS, chromiumPath } from './chromium.mjs';
import { ensureInstalled } from './install.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PARTS = ['encoder', 'speed', 'roofline', 'table-time', 'objectives', 'reference', 'reviews', 'lessons', 'shortcut', 'augment', 'data', 'knobs', 'smooth', 'smooth-large'];
/** Parts that drive the built page, from here. */
const OUTSIDE = ['smooth', 'smooth-large'];
const BACKENDS = ['wasm', 'cpu', 'webgpu'];
/** A page that is isolated across origins may share memory between threads, which jax-js does. Ours needs none of it. */
const ISOLATION = [
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Embedder-Policy', 'require-corp'],
];
/** The only files of the data folder that the page may read. */
const DATA_FILES = ['sts-benchmark-dev.csv', 'imdb-counterfactual.csv', 'sentiment-sentences.csv', 'youtube-spam.csv'];
const USAGE = `npm run bench -- [--data FOLDER] [--only ${PARTS.join('|')}[,...]] [--backend ${BACKENDS.join('|')}] [--steps N]`;

/** Reads the command line. Ends the process, saying why, when it makes no sense. */
function readOptions() {
  const refuse = (why) => {
    console.error(`${why}\nUse: ${USAGE}`);
    process.exit(2);
  };
  let values;
  try {
    const text = { type: 'string' };
    ({ values } = parseArgs({ options: { data: text, only: { ...text, multiple: true }, backend: text, steps: { ...text, default: '600' } } }));
  } catch (error) {
    return refuse(error.message);
  }
  const only = values.only?.flatMap((names) => names.split(',')) ?? PARTS;
  const unknown = only.find((name) => !PARTS.includes(name));
  if (unknown !== undefined) refuse(`There is no part named “${unknown}”.`);
  if (values.backend !== undefined && !BACKENDS.includes(values.backend)) refuse(`There is no backend named “${values.backend}”.`);
  const steps = Number(values.steps);
  if (!Number.isInteger(steps) || steps < 1 || steps > 20_000) refuse(`--steps must be a whole number from 1 to 20,000, not “${values.steps}”.`);
  const folder = values.data === undefined ? undefined : resolve(values.data);
  const absent = folder && DATA_FILES.find((file) => !existsSync(join(folder, file)));
  if (absent) refuse(`The data folder has no ${absent}.`);
  return { folder, parts: PARTS.filter((name) => only.includes(name)), backend: values.backend, steps };
}

function printMachine(browserVersion) {
  const cpus = os.cpus();
  const version = (name) => JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
  const lines = {
    machine: `${cpus[0]?.model.trim() ?? 'unknown processor'}, ${cpus.length} cores, ${(os.totalmem() / 2 ** 30).toFixed(1)} GiB memory, load average ${loadAverage()} at the start`,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.versions.node,
    chromium: browserVersion,
    tfjs: version('@tensorflow/tfjs'),
    'jax-js': version('@jax-js/jax'),
    date: new Date().toISOString(),
    commit: commit(),
  };
  for (const [name, value] of Object.entries(lines)) console.log(`${name.padEnd(9)} ${value}`);
}

function loadAverage() {
  return os.loadavg()[0]?.toFixed(1) ?? 'unknown';
}

function commit() {
  const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ', with changes that are not committed');
  } catch {
    return 'unknown (not a git repository)';
  }
}

/** Builds the page itself, as a user gets it, and watches it at work. @returns the bounds that were missed, a line each */
async function runOutside(browser, site, backend, parts) {
  const { build } = await import('vite');
  const { smoothPart } = await import('../tests/bench/smooth.mjs');
  const { smoothLargePart } = await import('../tests/bench/smooth-large.mjs');
  await build({ configFile: join(ROOT, 'vite.config.ts'), root: join(ROOT, 'src'), logLevel: 'error', build: { outDir: site, emptyOutDir: true } });
  const server = await serve(site, new Map());
  const search = backend ? `?backend=${backend}` : '';
  const missedBounds = [];
  try {
    for (const name of parts) {
      console.log(`\n== ${name}`);
      const { lines, missed } = name === 'smooth' ? await smoothPart(browser, server.url, search) : await smoothLargePart(browser, server.url + search);
      for (const line of lines) console.log(line);
      missedBounds.push(...missed);
    }
    return missedBounds;
  } finally {
    server.close();
  }
}

/** Bundles tests/bench/index.html into `site` as the page itself is bundled. */
async function buildPage(site) {
  const { build } = await import('vite');
  const { watModules } = await import('../tests/bench/ceilings/wat-plugin.mjs');
  await build({ configFile: join(ROOT, 'vite.config.ts'), root: join(ROOT, 'tests', 'bench'), logLevel: 'error', plugins: [watModules()], build: { outDir: site, emptyOutDir: true } });
}

/** Files beside the built page, by address: the data, and the encoder's files under the names that its own package gives them. */
function extraFiles(folder) {
  const { source, files } = JSON.parse(readFileSync(join(ROOT, 'models', 'use-lite', 'manifest.json'), 'utf8'));
  const packageFolder = join(dirname(createRequire(import.meta.url).resolve(`${source.package}/package.json`)), source.folder);
  return new Map([
    ...files.map((file) => [`/encoder-package/${file.source}`, join(packageFolder, file.source)]),
    ...(folder ? DATA_FILES.map((file) => [`/data/${file}`, join(folder, file)]) : []),
  ]);
}

async function serve(folder, extra) {
  const { default: sirv } = await import('sirv');
  const site = sirv(folder, { setHeaders: (response) => ISOLATION.forEach(([name, value]) => response.setHeader(name, value)) });
  const server = createServer((request, response) => {
    const path = extra.get(request.url ?? '');
    if (path === undefined) return site(request, response, () => void response.writeHead(404).end());
    response.setHeader('Content-Type', path.endsWith('.json') ? 'application/json' : path.endsWith('.csv') ? 'text/csv' : 'application/octet-stream');
    response.end(readFileSync(path));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => (server.closeAllConnections(), server.close()) };
}

/** @returns the bounds that were missed, a line each */
async function runParts(browser, url, options) {
  const page = await browser.newPage();
  const troubles = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.exposeFunction('benchPrint', (kind, line) => (kind === 'progress' ? console.error(`... ${line}`) : console.log(line)));
  await page.goto(url);
  await page.waitForFunction(() => 'runBench' in window, undefined, { timeout: 60_000 }).catch(() => {
    throw new Error(`The bench page did not start. ${troubles.join(' ')}`);
  });
  return page.evaluate((asked) => window.runBench(asked), options);
}

const { folder, ...options } = readOptions();
const executablePath = chromiumPath();
if (!executablePath) {
  console.error('The benchmarks need Chromium or Chrome, and none was found. Install one, or set CHROME_PATH to its program file.');
  process.exit(2);
}
ensureInstalled();
const { chromium } = await import('playwright');
const site = mkdtempSync(join(os.tmpdir(), 'heldout-bench-'));
let server;
let browser;
const missed = [];
try {
  const parts = options.parts.filter((name) => !OUTSIDE.includes(name));
  const outside = options.parts.filter((name) => OUTSIDE.includes(name));
  browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  printMachine(browser.version());
  if (parts.length > 0) {
    await buildPage(join(site, 'bench'));
    server = await serve(join(site, 'bench'), extraFiles(folder));
    missed.push(...(await runParts(browser, server.url, { ...options, parts, hasData: folder !== undefined })));
  }
  if (outside.length > 0) missed.push(...(await runOutside(browser, join(site, 'page'), options.backend, outside)));
} catch (error) {
  const [why] = (error instanceof Error ? error.message : String(error)).split('\n'); // a browser's log follows
  missed.push(`The benchmarks broke off: ${why}`);
} finally {
  await browser?.close();
  server?.close();
  rmSync(site, { recursive: true, force: true });
}
console.log(`\nload average at the end: ${loadAverage()}`);
if (missed.length > 0) {
  console.log('Missed:');
  for (const line of missed) console.log(`  ${line}`);
  process.exitCode = 1;
} else {
  console.log('Every bound that was looked at holds.');
}
