import { discriminatorShapes, initialDiscriminator, initialValues, parameterShapes } from '../../head-shape.ts';
import { initialGroupWeights } from '../groups.ts';
import type { MemberSpec, PopulationData } from '../population.ts';
import { quads, type StateLayout } from './state-layout.ts';

const VEC4_BYTES = 16;

/** A member's state before its first step [4·length]. */
export function initialState(layout: StateLayout, data: PopulationData, spec: MemberSpec): Float32Array<ArrayBuffer> {
  const state = new Float32Array(4 * layout.length);
  const { shape } = layout;
  const head = initialValues(shape, spec.seed);
  for (const { name, shape: dimensions } of parameterShapes(shape)) layout.write(state, name, dimensions, head.get(name) as Float32Array);
  if (layout.discriminator > 0) {
    const discriminator = initialDiscriminator(shape, spec.train.length, spec.seed);
    for (const { name, shape: dimensions } of discriminatorShapes(shape, spec.train.length)) layout.write(state, name, dimensions, discriminator.get(name) as Float32Array);
  }
  const groupWeights = initialGroupWeights(data, spec);
  layout.write(state, 'groupWeights', [groupWeights.length], groupWeights);
  return state;
}

/** @throws RangeError when the device has no buffer for the data's embeddings. */
export function checkRoomForFeatures(device: GPUDevice, data: PopulationData): void {
  if (featureBytes(data) > Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize)) {
    throw new RangeError(`The graphics device cannot hold ${data.classOf.length} rows of data.`);
  }
}

/** The data's embeddings as [N, 4·D4]. */
export function uploadedFeatures(device: GPUDevice, data: PopulationData): GPUBuffer {
  const buffer = device.createBuffer({ label: 'features', size: featureBytes(data), usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(buffer, 0, paddedRows(data.features, data.width));
  return buffer;
}

function featureBytes({ width, classOf }: PopulationData): number {
  return VEC4_BYTES * quads(width) * Math.max(1, classOf.length);
}

/** Rows [n, width] as rows [n, 4·⌈width/4⌉], padded with zeros; the same array where there is nothing to pad. */
export function paddedRows(rows: Float32Array, width: number): Float32Array {
  const stride = 4 * quads(width);
  if (stride === width) return rows;
  const count = rows.length / width;
  const padded = new Float32Array(count * stride);
  for (let row = 0; row < count; row++) padded.set(rows.subarray(row * width, (row + 1) * width), row * stride);
  return padded;
}
