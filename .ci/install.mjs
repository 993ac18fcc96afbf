import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MARK = `${ROOT}node_modules/.installed-for`;

/** Runs a command in the project's folder with its output shown. @returns its exit status */
export function show(command, args, environment = {}) {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...environment }, shell: process.platform === 'win32' });
  return status ?? 1;
}

/** `npm ci`, unless what the lock file names is installed already. Ends the process when that fails. */
export function ensureInstalled() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Heldout needs Node 20.19 or later; this is ${process.versions.node}.`);
    process.exit(1);
  }
  const lock = createHash('sha256').update(readFileSync(`${ROOT}package-lock.json`)).digest('hex');
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === lock) return;
  if (show('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']) !== 0) process.exit(1);
  writeFileSync(MARK, lock);
}
