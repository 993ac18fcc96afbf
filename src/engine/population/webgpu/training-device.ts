/** A WebGPU device of our own: nothing else computes on it. */
export interface TrainingDevice {
  readonly device: GPUDevice;
  /** Vendor and architecture, as far as the browser tells them. */
  readonly adapter: string;
  /** True for a software imitation of a graphics processor. */
  readonly isFallback: boolean;
  /** Resolves with the browser's words when the device is lost, or destroyed. */
  readonly lost: Promise<string>;
}

/** Limits that we want at the adapter's maximum: sizes of buffers. All else fits into what WebGPU promises everywhere. */
const SIZES = ['maxStorageBufferBindingSize', 'maxBufferSize'] as const;

/** @throws Error saying why, when there is no adapter here or it gives no device. */
export async function openTrainingDevice(): Promise<TrainingDevice> {
  const adapter = typeof navigator !== 'undefined' && 'gpu' in navigator ? await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }) : null;
  if (!adapter) throw new Error('No graphics processor is available to this browser.');
  const device = await adapter.requestDevice({ requiredLimits: Object.fromEntries(SIZES.map((limit) => [limit, adapter.limits[limit]])) });
  const { vendor, architecture } = adapter.info;
  return {
    device,
    adapter: [vendor, architecture].filter(Boolean).join(' '),
    isFallback: isImitation(adapter),
    lost: device.lost.then(({ message }) => message),
  };
}

/** Where the flag stands depends on the browser's age. */
function isImitation(adapter: GPUAdapter & { readonly isFallbackAdapter?: boolean }): boolean {
  const info: Partial<GPUAdapterInfo> = adapter.info;
  return info.isFallbackAdapter ?? adapter.isFallbackAdapter ?? info.architecture === 'swiftshader';
}
