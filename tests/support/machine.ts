import { startBackend } from '../../src/engine/backend.ts';
import { ENCODER_VERSION } from '../../src/engine/encoder/version.ts';
import type { DataServices } from '../../src/protocol/data-services.ts';
import { Storage } from '../../src/storage/storage.ts';
import { dataServices } from '../../src/worker/data-services.ts';
import { startService, type TestedService } from './trainer-service.ts';
import { siteFile, useLiteManifest, wasmPaths } from './use-lite-files.ts';

const SITE = 'https://site.test/';

/** One browser, as both workers see it: its storage, the data services, the training service. */
export interface Machine {
  /** Name of its database. */
  readonly database: string;
  readonly storage: Storage;
  readonly data: DataServices;
  readonly trainer: TestedService;
  /** Files of the site that were asked for. */
  readonly asked: string[];
}

let machines = 0;

/** A machine with empty storage. Needs an imitation of IndexedDB, and `serveSite`. */
export async function newMachine(): Promise<Machine> {
  const number = ++machines;
  const database = `machine ${number}`;
  const storage = new Storage(database);
  let days = 0;
  const data = dataServices({
    siteUrl: `${SITE}${number}/`,
    manifest: useLiteManifest,
    storage,
    startBackend: () => startBackend('wasm', { wasmPaths }),
    nowMs: () => performance.now(),
    dateMs: () => Date.UTC(2026, 0, number, 0, 0, ++days),
  });
  const asked: string[] = [];
  askedOf.set(number, asked);
  return { database, storage, data, trainer: await startService(storage, { encoderVersion: ENCODER_VERSION, idPrefix: `machine ${number}, ` }), asked };
}

const askedOf = new Map<number, string[]>();

/** Stands for `fetch` on every machine. */
export async function serveSite(address: string): Promise<Response> {
  const [, number = '', path = ''] = /^https:\/\/site\.test\/(\d+)\/(.*)$/u.exec(address) ?? [];
  askedOf.get(Number(number))?.push(path);
  return siteFile(path);
}
