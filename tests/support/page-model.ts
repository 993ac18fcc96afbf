import { afterEach, beforeAll } from 'vitest';
import type { DataServices } from '../../src/protocol/data-services.ts';
import { ENCODER_VERSION } from '../../src/engine/encoder/version.ts';
import { App } from '../../src/state/app.svelte.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { DomainTableService } from '../../src/worker/domain-table-service.ts';
import { SweepService } from '../../src/worker/sweep-service.ts';
import type { TrainerService } from '../../src/worker/trainer-service.ts';
import { useDataSite, type DataSite } from './data-site.ts';
import { kernelModule } from './kernel.ts';
import { startService } from './trainer-service.ts';

/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;

/** The model of the page on real services, begun. */
export async function beginApp(data: DataServices, trainer: TrainerService, storage: Storage): Promise<App> {
  const { study, keeper } = trainer;
  const domainTable = new DomainTableService({ study, storage: storage.domainTables, markRevealed: async () => undefined, addLooks: async () => undefined });
  const sweep = new SweepService({ ...study, countLooks: (datasetId, domain, add) => keeper.addLooks(datasetId, domain, add) });
  const app = new App(data, { trainer, domainTable, sweep });
  await app.begin('wasm');
  return app;
}

/** Compiles the kernel before the file's tests: under a stubbed `fetch` its compiler cannot load. */
export function compileKernelFirst(): void {
  beforeAll(async () => void (await kernelModule()), COMPILING_MS);
}

/** Visits to the page, each on what those before it in the same test have left in storage. @param name of the databases */
export function useVisits(name: string): { readonly site: DataSite; visit(): Promise<App> } {
  const site = useDataSite(name);
  let visits = 0;
  let pages: App[] = [];
  compileKernelFirst();
  afterEach(async () => {
    for (const page of pages) if (page.run.running) await page.training.toggle();
    pages = [];
  });
  return {
    site,
    visit: async () => {
      const { api } = await startService(site.storage, { encoderVersion: ENCODER_VERSION, idPrefix: `visit ${++visits}, ` });
      const page = await beginApp(site.services(), api, site.storage);
      pages.push(page);
      return page;
    },
  };
}
