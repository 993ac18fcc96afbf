import 'fake-indexeddb/auto';
import { afterEach, beforeEach, vi } from 'vitest';
import { startBackend } from '../../src/engine/backend.ts';
import type { DataServices } from '../../src/protocol/data-services.ts';
import { Storage } from '../../src/storage/storage.ts';
import { dataServices } from '../../src/worker/data-services.ts';
import { siteFile, useLiteManifest, wasmPaths } from './use-lite-files.ts';

const ADDRESS = 'https://site.test/';

/** What a test answers itself, by path; null leaves it to the site. */
export type OwnAnswer = (path: string) => Response | null;

/** The files of the built site, and the data services on them: real encoder, real storage on an imitation of IndexedDB. */
export class DataSite {
  /** Paths that were asked for, since a test emptied it. */
  asked: string[] = [];
  storage = new Storage('unused');
  private visits = 0;

  constructor(
    private readonly name: string,
    private readonly ownAnswer: OwnAnswer,
  ) {}

  /** Empty storage, nothing asked for yet. */
  begin(): void {
    this.asked = [];
    this.storage = new Storage(`${this.name} ${++this.visits}`);
    vi.stubGlobal('fetch', (address: string) => this.answer(address.slice(ADDRESS.length)));
  }

  async end(): Promise<void> {
    vi.unstubAllGlobals();
    await this.storage.close();
  }

  /** The services as a page starts them. */
  services(): DataServices {
    return dataServices({ siteUrl: ADDRESS, manifest: useLiteManifest, storage: this.storage, startBackend: () => startBackend('wasm', { wasmPaths }), nowMs: () => performance.now(), dateMs: () => this.visits });
  }

  /** Files of models that were asked for. */
  models(): string[] {
    return this.asked.filter((path) => path.startsWith('models/'));
  }

  private async answer(path: string): Promise<Response> {
    this.asked.push(path);
    return this.ownAnswer(path) ?? siteFile(path);
  }
}

/** A site that is fresh for each test of the file. @param name of its databases: storage outlives a test file */
export function useDataSite(name: string, ownAnswer: OwnAnswer = () => null): DataSite {
  const site = new DataSite(name, ownAnswer);
  beforeEach(() => site.begin());
  afterEach(() => site.end());
  return site;
}
