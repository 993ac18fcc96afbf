/** The data set that is open here, told to all tabs by the browser's own locks, which go when the tab goes. Without them (an insecure origin) nothing is told. */
export class OpenDataset {
  private release: () => void = () => {};
  private released: Promise<unknown> = Promise.resolve();

  /** Says that this data set is open here from now on, and the one before no longer. Waits while another tab decides whether it may go. */
  async change(datasetId: string): Promise<void> {
    this.release();
    await this.released;
    await new Promise<void>((held) => {
      const untilReleased = (): Promise<void> => {
        held();
        return new Promise((resolve) => (this.release = resolve));
      };
      this.released = (lockManager()?.request(lockName(datasetId), { mode: 'shared' }, untilReleased) ?? Promise.resolve()).catch(() => undefined).then(held);
    });
  }
}

/** Does something to a data set if it is open nowhere, in no tab. @returns null where it is */
export async function unlessOpen<T>(datasetId: string, act: () => Promise<T>): Promise<T | null> {
  const locks = lockManager();
  if (!locks) return act();
  return locks.request(lockName(datasetId), { ifAvailable: true }, async (lock) => (lock ? act() : null));
}

function lockName(datasetId: string): string {
  return `heldout data set ${datasetId}`;
}

/** Absent on insecure origins, and outside browsers. */
function lockManager(): LockManager | undefined {
  return (globalThis.navigator as { readonly locks?: LockManager } | undefined)?.locks;
}
