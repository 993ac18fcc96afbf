import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { startBackend } from '../../src/engine/backend.ts';
import { wasmPaths } from '../support/use-lite-files.ts';

const assets = { wasmPaths };

test('without a graphics processor, WebAssembly is taken and the reason says why', async () => {
  const info = await startBackend('auto', assets);
  expect(info).toEqual({ name: 'wasm', reason: 'No graphics processor is available to this browser, so WebAssembly on the processor does the work.', adapter: '' });
  expect(tf.getBackend()).toBe('wasm');
});

test('a chosen backend that fails gives way to the next, and the reason says so', async () => {
  const info = await startBackend('webgpu', assets);
  expect(info.name).toBe('wasm');
  expect(info.reason).toBe('WebGPU was chosen, but no graphics processor is available to this browser, so WebAssembly on the processor does the work.');
});

test('a chosen backend that works is taken', async () => {
  expect(await startBackend('cpu', assets)).toMatchObject({ name: 'cpu', reason: 'Plain JavaScript was chosen.' });
  expect(tf.getBackend()).toBe('cpu');
  expect(await startBackend('wasm', assets)).toMatchObject({ name: 'wasm' });
  expect(tf.getBackend()).toBe('wasm');
});
