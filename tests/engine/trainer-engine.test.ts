import { describe, expect, test } from 'vitest';
import { startTrainerEngine, type EngineParts } from '../../src/engine/trainer-engine.ts';
import type { TrainingDevice } from '../../src/engine/population/webgpu/training-device.ts';
import { kernelModule } from '../support/kernel.ts';

function parts(device: 'none' | 'real' | 'imitation', kernel = kernelModule): EngineParts & { destroyed: number } {
  const counted: EngineParts & { destroyed: number } = {
    destroyed: 0,
    compiledKernel: kernel,
    overWorkers: (local) => local,
    openTrainingDevice: async () => {
      if (device === 'none') throw new Error('none');
      // Only what the choice looks at: nothing is computed here.
      const gpu = { destroy: () => void counted.destroyed++ } as unknown as GPUDevice;
      return { device: gpu, adapter: 'maker model', isFallback: device === 'imitation', lost: Promise.resolve('gone') } satisfies TrainingDevice;
    },
  };
  return counted;
}

describe('heads are trained', () => {
  test('on a real graphics processor by itself, and its loss is told', async () => {
    const engine = await startTrainerEngine('auto', parts('real'));
    expect(engine.info).toMatchObject({ name: 'webgpu', adapter: 'maker model' });
    expect(await engine.lost).toBe('gone');
  });

  test('on a software imitation only when asked to', async () => {
    const auto = parts('imitation');
    expect((await startTrainerEngine('auto', auto)).info).toMatchObject({ name: 'wasm', reason: expect.stringContaining('The only graphics processor here is a software imitation') as string });
    expect(auto.destroyed).toBe(1);
    expect((await startTrainerEngine('webgpu', parts('imitation'))).info).toMatchObject({ name: 'webgpu', reason: expect.stringContaining('software imitation') as string });
  });

  test('by WebAssembly where there is no device, and the reason says so', async () => {
    expect((await startTrainerEngine('webgpu', parts('none'))).info.reason).toBe('WebGPU was chosen, but no graphics processor is available to this browser, so our WebAssembly kernel trains the heads, one worker a processor core.');
    for (const choice of ['wasm', 'cpu'] as const) expect((await startTrainerEngine(choice, parts('real'))).info.name).toBe('wasm');
  });

  test('not at all without WebAssembly, which is an error for the page', async () => {
    const without = parts('none', () => Promise.reject(new Error('no SIMD')));
    await expect(startTrainerEngine('auto', without)).rejects.toMatchObject({ code: 'no-backend', remedy: expect.stringContaining('Update') as string });
  });
});
