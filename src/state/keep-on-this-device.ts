/** Asks the browser not to clear this site's data when the disk runs low. It may decline; nothing depends on it. */
export async function keepOnThisDevice(): Promise<void> {
  // Absent on insecure origins, whatever the types say.
  await (navigator.storage as StorageManager | undefined)?.persist?.().catch(() => false);
}
