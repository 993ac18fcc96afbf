import type { Ceilings } from './ceiling.ts';

const GROUP = 64;
/** Enough for every core of a large graphics processor. */
const INVOCATIONS = GROUP * 2048;
const TURNS_INSIDE = 64;
/** Eight chains of vec4, independent of each other. */
const MULTIPLY_ADDS = 8 * 4;
const COPIED_BYTES = 2 ** 24;
/** Of each invocation, at distances that let neighbours read side by side. */
const COPIES_EACH = 16;
const COPY_GROUPS = COPIED_BYTES / 16 / COPIES_EACH / GROUP;

const CHAINS = Array.from({ length: MULTIPLY_ADDS / 4 }, (_, i) => `a${i}`);

/** Each chain tends to y / (1 - x). Not `fma`, which a software adapter imitates slowly; compilers for hardware fuse it themselves. The values come from a buffer, so that no compiler can compute them. */
const MULTIPLY_ADD = `
@group(0) @binding(0) var<storage, read> values: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> sums: array<vec4f>;
@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = values[0];
  let y = values[1];
  ${CHAINS.map((name) => `var ${name} = y;`).join(' ')}
  for (var turn = 0; turn < ${TURNS_INSIDE}; turn++) {
    ${CHAINS.map((name) => `${name} = ${name} * x + y;`).join(' ')}
  }
  sums[id.x] = ${CHAINS.join(' + ')};
}`;

const COPY = `
@group(0) @binding(0) var<storage, read> values: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> copies: array<vec4f>;
@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {
  ${Array.from({ length: COPIES_EACH }, (_, i) => `copies[id.x + ${i * COPY_GROUPS * GROUP}] = values[id.x + ${i * COPY_GROUPS * GROUP}];`).join(' ')}
}`;

/** Of a whole graphics processor. */
export function webGpuCeilings(device: GPUDevice): Ceilings {
  const buffer = (size: number): GPUBuffer => device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  const [from, to] = [buffer(COPIED_BYTES), buffer(COPIED_BYTES)];
  device.queue.writeBuffer(from, 0, Float32Array.of(0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1));
  const loop = (code: string, groups: number) => {
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module: device.createShaderModule({ code }) } });
    const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [from, to].map((resource, binding) => ({ binding, resource: { buffer: resource } })) });
    return async (turns: number): Promise<void> => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      for (let turn = 0; turn < turns; turn++) pass.dispatchWorkgroups(groups);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
    };
  };
  return {
    multiplyAdds: { name: 'multiply-adds', perTurn: INVOCATIONS * TURNS_INSIDE * MULTIPLY_ADDS, run: loop(MULTIPLY_ADD, INVOCATIONS / GROUP) },
    bytes: { name: `copy of ${(COPIED_BYTES / 1e6).toFixed(0)} MB`, perTurn: 2 * COPIED_BYTES, run: loop(COPY, COPY_GROUPS) },
    dispose() {
      from.destroy();
      to.destroy();
    },
  };
}
