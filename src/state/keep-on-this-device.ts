/** Asks the browser not to clear this site's data when the disk runs low. It may decline; nothing depends on it. @returns whether it will not */
export async function keepOnThisDevice(): Promise<boolean> {
  // Absent on insecure origins, whatever the types say.
  return (await (navigator.storage as StorageManager | undefined)?.persist?.().catch(() => false)) ?? false;
}

/** Whether the browser has promised that; null where it does not say. */
export async function isKeptOnThisDevice(): Promise<boolean | null> {
  return (await (navigator.storage as StorageManager | undefined)?.persisted?.().catch(() => null)) ?? null;
}
