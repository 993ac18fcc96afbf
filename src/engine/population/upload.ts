import type { TrainingData } from '../trainer.ts';
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

/** @throws RangeError when the split names rows, or a training row has a class, that do not exist: the kernel would read elsewhere. */
export function checkData({ features, width, classOf, split }: TrainingData): void {
  if (!(width >= 1) || features.length !== classOf.length * width) {
    throw new RangeError(`${features.length} values are not ${classOf.length} embeddings of width ${width}.`);
  }
  const classes = split.labels.length;
  if (classes < 2) throw new RangeError('A head needs at least two classes.');
  for (const rows of [...split.train, split.validation, split.watched]) {
    for (const row of rows) {
      const rowClass = classOf[row];
      if (rowClass === undefined) throw new RangeError(`The split names row ${row}, and there are ${classOf.length}.`);
      if (rowClass >= classes) throw new RangeError(`Row ${row} has class ${rowClass}, and there are ${classes}.`);
    }
  }
}
