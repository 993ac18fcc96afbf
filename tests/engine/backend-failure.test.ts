import * as tf from '@tensorflow/tfjs';
import { expect, test, vi } from 'vitest';
import { startBackend } from '../../src/engine/backend.ts';

test('without WebAssembly, plain JavaScript is taken and the reason names both failures', async () => {
  const silenced = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const alsoSilenced = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const info = await startBackend('auto', { wasmPaths: '/there/is/no/such/folder/' });
  expect(info.name).toBe('cpu');
  expect(info.reason).toBe('No graphics processor is available to this browser, and WebAssembly could not be started, so plain JavaScript does the work, slowly.');
  expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  silenced.mockRestore();
  alsoSilenced.mockRestore();
});
