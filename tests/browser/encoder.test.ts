import * as tf from '@tensorflow/tfjs';
import plainWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../models/use-lite/manifest.json';
import { deviceIsLost, onDeviceLost, startBackend } from '../../src/engine/backend.ts';
import { Encoder } from '../../src/engine/encoder/encoder.ts';
import { fetchModelFiles, type ModelFiles } from '../../src/engine/encoder/model-files.ts';
import { gpuDevice } from '../../src/engine/webgpu-device.ts';
import { LONG_TEXT, SHORT_TEXTS } from '../support/encoder-texts.ts';
import { largestDifference } from '../support/vectors.ts';

const assets = { wasmPaths: { 'tfjs-backend-wasm.wasm': plainWasm, 'tfjs-backend-wasm-simd.wasm': simdWasm } };
const TEXTS = [...SHORT_TEXTS, LONG_TEXT];
const now = (): number => performance.now();

let files: ModelFiles;
let onWasm: Float32Array;

beforeAll(async () => {
  files = await fetchModelFiles(manifest, { baseUrl: '/models/use-lite/' });
  expect(await startBackend('wasm', assets)).toMatchObject({ name: 'wasm' });
  const encoder = Encoder.load(files, { now });
  onWasm = await encoder.embed(TEXTS);
  encoder.dispose();
});

describe('the backend', () => {
  test('is WebAssembly when the only graphics processor is a software imitation, and says so', async () => {
    const info = await startBackend('auto', assets);
    expect(info.name).toBe('wasm');
    expect(info.reason).toMatch(/software imitation.*WebAssembly/);
  });

  test('is WebGPU when that is chosen, even imitated', async () => {
    const info = await startBackend('webgpu', assets);
    expect(info.name).toBe('webgpu');
    expect(info.adapter).not.toBe('');
    expect(tf.getBackend()).toBe('webgpu');
  });
});

describe('on WebGPU', () => {
  test('vectors equal those on WebAssembly, and again on a new device after a loss', async () => {
    await startBackend('webgpu', assets);
    const encoder = Encoder.load(files, { now });
    const before = tf.memory().numTensors;
    expect(largestDifference(await encoder.embed(TEXTS), onWasm)).toBeLessThan(1e-3);
    expect(tf.memory().numTensors).toBe(before);

    const losses: string[] = [];
    const stopListening = onDeviceLost((message) => losses.push(message));
    const interrupted = encoder.embed(TEXTS.slice(0, 3));
    gpuDevice()?.device.destroy();
    await expect(interrupted).rejects.toMatchObject({ code: 'device-lost' });
    expect(losses).toHaveLength(1);
    expect(deviceIsLost()).toBe(true);
    await expect(encoder.embed(['after the loss'])).rejects.toMatchObject({ code: 'device-lost' });

    encoder.dispose();
    expect(await startBackend('webgpu', assets)).toMatchObject({ name: 'webgpu' });
    expect(deviceIsLost()).toBe(false);
    const again = Encoder.load(files, { now });
    const some = TEXTS.slice(3, 6);
    expect(largestDifference(await again.embed(some), onWasm.subarray(3 * 512, 6 * 512))).toBeLessThan(1e-3);
    expect(tf.memory().numTensors).toBe(before);
    again.dispose();
    expect(losses).toHaveLength(1);
    stopListening();
  });
});
