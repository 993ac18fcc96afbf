import type { Ceilings } from './ceiling.ts';
import { bytes } from './loops.wat';

interface Loops {
  multiplyAdd(turns: number, x: number, y: number): number;
  copy(turns: number, bytes: number): void;
}

/** Twelve chains of four lanes, see loops.wat. */
const MULTIPLY_ADDS = 12 * 4;

/** Of one core. @param copied bytes that are copied over and over: as many as half a step's working set, so that they lie in the same cache */
export async function wasmCeilings(copied: number): Promise<Ceilings> {
  const { instance } = await WebAssembly.instantiate(bytes);
  const loops = instance.exports as unknown as Loops;
  const size = 64 * Math.ceil(copied / 64);
  return {
    multiplyAdds: { name: 'multiply-adds', perTurn: MULTIPLY_ADDS, run: async (turns) => void loops.multiplyAdd(turns, 0.5, 1) },
    bytes: { name: `copy of ${(size / 1000).toFixed(0)} kB`, perTurn: 2 * size, run: async (turns) => loops.copy(turns, size) },
    dispose: () => undefined,
  };
}
