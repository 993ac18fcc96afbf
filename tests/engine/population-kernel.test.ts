import { beforeAll, describe, expect, it } from 'vitest';
import { exp, log } from '../../src/core/exact-math.ts';
import { RandomStream, STREAM } from '../../src/core/rng.ts';
import { Kernel } from '../../src/engine/population/kernel/instance.ts';
import { dropoutWords } from '../../src/engine/population/member-knobs.ts';
import { kernelModule } from '../support/kernel.ts';

const ROWS = 32;
const SIZES = { dataRows: 8, width: 1024, hidden: 8, layers: 1, classes: 2, domains: 1, groups: 1, members: 1, scored: 8 };
/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;
let module: WebAssembly.Module;
let kernel: Kernel;

beforeAll(async () => {
  module = await kernelModule();
  kernel = new Kernel(module, SIZES, ROWS);
}, COMPILING_MS);

/** The first `units` of `rows` rows in panels of [rows][8]. */
function fromPanels(panels: Float32Array, rows: number, units: number): Float32Array {
  return Float32Array.from({ length: rows * units }, (_, i) => {
    const row = Math.floor(i / units);
    const unit = i % units;
    return panels[((unit >> 3) * rows + row) * 8 + (unit & 7)] as number;
  });
}

describe('the kernel', () => {
  it('imports nothing, so that nothing of the browser’s can get into its results', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  });

  it.each([0.05, 0.3, 0.35, 0.5, 0.9, 0.1 + 0.2])('drops what core’s random numbers say, to the bit, at rate %f', (rate) => {
    const { threshold, keep } = dropoutWords(rate);
    for (const [seed, step, units, stream] of [
      [0, 0, 64, STREAM.dropout],
      [0xffffffff, 123_456, 13, STREAM.secondDropout],
      [12_345, 7, 1001, STREAM.inputDropout],
    ] as const) {
      const panels = kernel.floats(kernel.at('mixed'), ROWS * 1024).fill(1);
      kernel.run.dropOut(kernel.at('mixed'), ROWS, units, threshold, keep, seed, stream, step);
      const random = new RandomStream(seed, stream, step);
      const expected = Float32Array.from({ length: ROWS * units }, (_, i) => (random.uniform(Math.floor(i / units), i % units) < rate ? 0 : 1 / (1 - rate)));
      expect(fromPanels(panels, ROWS, units)).toEqual(expected);
    }
  });

  it.each([512, 37])('draws the noise that core draws, up to a few units in the last place (%i units)', (width) => {
    let largest = 0;
    for (let step = 0; step < 20; step++) {
      const panels = kernel.floats(kernel.at('mixed'), ROWS * 1024).fill(0);
      kernel.run.addNoise(kernel.at('mixed'), ROWS, ROWS, width, 1, 99, step);
      const noise = fromPanels(panels, ROWS, Math.ceil(width / 8) * 8);
      const random = new RandomStream(99, STREAM.embeddingNoise, step);
      const expected = new Float32Array(width);
      for (let row = 0; row < ROWS; row++) {
        random.fillNormal(row, expected);
        const own = noise.subarray((row * noise.length) / ROWS, ((row + 1) * noise.length) / ROWS);
        expected.forEach((value, unit) => (largest = Math.max(largest, Math.abs((own[unit] as number) - value) / Math.abs(value))));
        expect(own.subarray(width).every((value) => value === 0)).toBe(true);
      }
    }
    expect(largest).toBeLessThan(8 * 2 ** -24);
  });

  it('has core’s exp and log, to the bit', () => {
    const random = new RandomStream(4, STREAM.bootstrap);
    for (let i = 0; i < 20_000; i++) {
      const x = (random.uniform(i) - 0.5) * (i % 2 === 0 ? 1600 : 8);
      expect(kernel.run.exp(x), `exp(${x})`).toBe(exp(x));
      const y = exp(x / 2);
      expect(kernel.run.log(y), `log(${y})`).toBe(log(y));
    }
    for (const x of [0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, 709.78, -745.1, -745.2]) {
      expect(kernel.run.exp(x), `exp(${x})`).toBe(exp(x));
      expect(kernel.run.log(x), `log(${x})`).toBe(log(x));
    }
  });

  it('says so when the memory would not hold the population', () => {
    expect(() => new Kernel(module, { ...SIZES, dataRows: 2_000_000 }, ROWS)).toThrow('memory cannot hold');
  });
});
