import type { Kernel } from './kernel/instance.ts';

/** Copies rows [n, width] to `address` as rows [n, D8], padding with zeros. */
export function uploadRows(kernel: Kernel, address: number, rows: Float32Array, width: number): void {
  const stride = Math.ceil(width / 8) * 8;
  const count = rows.length / width;
  const target = kernel.floats(address, count * stride);
  if (stride === width) return target.set(rows);
  target.fill(0);
  for (let row = 0; row < count; row++) target.set(rows.subarray(row * width, (row + 1) * width), row * stride);
}
