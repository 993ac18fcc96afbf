import { HeldoutError } from '../protocol/errors.ts';
import type { Freeable, StorageApi, StorageUsage } from '../protocol/storage.ts';
import type { TrainerApi } from '../protocol/trainer.ts';
import type { DatasetHost } from './dataset-host.ts';
import { isKeptOnThisDevice, keepOnThisDevice } from './keep-on-this-device.ts';

/** What this browser keeps for the page, and ways to free it. */
export class DeviceStorage {
  /** Null before it is known. */
  usage = $state.raw<StorageUsage | null>(null);
  /** Why nothing can be kept; null where it can. */
  problem = $state<string | null>(null);
  /** Whether the browser has promised to keep it when the disk runs low; null where it does not say. */
  persisted = $state<boolean | null>(null);
  busy = $state(false);

  constructor(
    private readonly api: StorageApi,
    private readonly trainer: Pick<TrainerApi, 'save' | 'forgetCounts'>,
    private readonly host: Pick<DatasetHost, 'current' | 'takeProject' | 'takeFirst' | 'relist' | 'attempt'>,
    private readonly page: {
      /** Shows counts and tables as they are kept now. */
      lookAgain(): Promise<unknown>;
      /** Keeps what of edits and settings was refused, now that there is room. @param withEdits false where just these were freed */
      keepAgain(withEdits: boolean): Promise<unknown>;
    },
  ) {}

  async measure(): Promise<void> {
    await this.host.attempt(async () => {
      try {
        [this.usage, this.persisted] = await Promise.all([this.api.usage(), isKeptOnThisDevice()]);
        this.problem = null;
      } catch (error) {
        if (!(error instanceof HeldoutError && error.code === 'storage-unavailable')) throw error;
        this.usage = null;
        this.problem = `${error.message} ${error.remedy}`;
      }
    });
  }

  /** Asks the browser for its promise. */
  async askToKeep(): Promise<void> {
    this.persisted = await keepOnThisDevice();
  }

  /** Deletes for good. What of it is in use makes way first: the run for a fresh one, the data set for the first bundled one. */
  async free(what: Freeable): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await this.host.attempt(async () => {
      const current = this.host.current();
      const isCurrent = 'datasetId' in what && what.datasetId === current?.dataset.id;
      if (what.kind === 'everything' || (what.kind === 'dataset' && isCurrent)) await this.host.takeFirst();
      else if (what.kind === 'runs' && isCurrent && current) await this.host.takeProject(current.entryId, null);
      await this.api.free(what);
      if (what.kind === 'everything') await this.trainer.forgetCounts();
      else await Promise.all([this.trainer.save(), this.page.keepAgain(!(what.kind === 'draft' && isCurrent))]); // what was refused has room now
      if (what.kind === 'everything' || (what.kind === 'runs' && isCurrent)) await this.page.lookAgain();
      await this.host.relist();
    });
    this.busy = false;
    await this.measure();
  }
}
