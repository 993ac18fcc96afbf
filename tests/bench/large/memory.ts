/** The page's memory, its workers' included, after a collection of garbage, as the browser tells it; in words where it does not. */
export async function memoryMiB(): Promise<string> {
  const measuring = performance as Performance & { measureUserAgentSpecificMemory?: () => Promise<{ readonly bytes: number }> };
  if (!measuring.measureUserAgentSpecificMemory) return 'not told by this browser';
  return `${((await measuring.measureUserAgentSpecificMemory()).bytes / 2 ** 20).toFixed(0)} MiB`;
}
