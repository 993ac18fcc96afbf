import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** The WebGPU device that tfjs computes on, kept here so that its loss is noticed and mended. */
export interface GpuDevice {
  readonly device: GPUDevice;
  /** Vendor and architecture, as far as the browser tells them. */
  readonly adapter: string;
  /** True for a software imitation of a graphics processor. */
  readonly isFallback: boolean;
}

/** Limits that tfjs wants at the adapter's maximum; WebGPU gives the (lower) defaults unless asked. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

let current: GpuDevice | null = null;
let lost = false;
const listeners = new Set<(message: string) => void>();

/** The device in use, or null when tfjs has not been started on WebGPU. */
export function gpuDevice(): GpuDevice | null {
  return current;
}

/** True from the loss of the device in use until `startWebGPU` has replaced it. */
export function deviceIsLost(): boolean {
  return lost;
}

/**
 * @param listener called once for each device that is lost while in use, with the browser's words.
 * @returns a function that takes the listener off again.
 */
export function onDeviceLost(listener: (message: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Registers a backend on a fresh device and makes tfjs compute there; also the way back after a loss, when every tensor on the old
 * device is gone (dispose of the objects that held them, then load them again).
 * @param realGpuOnly refuse an adapter that is a software imitation.
 * @returns null on success, else a clause for a student that says why WebGPU does not run.
 */
export async function startWebGPU(realGpuOnly: boolean): Promise<string | null> {
  const adapter = await requestAdapter();
  if (!adapter) return 'no graphics processor is available to this browser';
  if (realGpuOnly && isImitation(adapter)) return 'the only graphics processor here is a software imitation, slower than WebAssembly';
  try {
    const device = await adapter.requestDevice({
      requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
    });
    await computeOn(device, adapter);
    return null;
  } catch {
    return 'the graphics processor could not be started';
  }
}

async function requestAdapter(): Promise<GPUAdapter | null> {
  if (typeof navigator === 'undefined' || !('gpu' in navigator)) return null;
  return navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
}

/** Where the flag stands depends on the browser's age. */
function isImitation(adapter: GPUAdapter & { readonly isFallbackAdapter?: boolean }): boolean {
  const info: Partial<GPUAdapterInfo> = adapter.info;
  return info.isFallbackAdapter ?? adapter.isFallbackAdapter ?? info.architecture === 'swiftshader';
}

/** tfjs goes on with a dead backend unless it is removed and registered anew, on a device of our own making. */
async function computeOn(device: GPUDevice, adapter: GPUAdapter): Promise<void> {
  const previous = current;
  current = null; // so that destroying the previous device does not count as losing it
  if (tf.engine().registryFactory['webgpu']) tf.removeBackend('webgpu');
  previous?.device.destroy();
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info), 3);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs could not start on the device.');
  await tf.ready();
  const { vendor, architecture } = adapter.info;
  const started: GpuDevice = { device, adapter: [vendor, architecture].filter(Boolean).join(' '), isFallback: isImitation(adapter) };
  current = started;
  lost = false;
  void device.lost.then(({ message }) => {
    if (current !== started) return;
    lost = true;
    for (const listener of listeners) listener(message);
  });
}
