import { SGD_MOMENTUM } from '../../../core/knobs.ts';
import { ADAM } from '../optimizer-clock.ts';
import { quads, type StateLayout } from './state-layout.ts';
import back from './kernels/back.wgsl?raw';
import bindings from './kernels/bindings.wgsl?raw';
import classifier from './kernels/classifier.wgsl?raw';
import coral from './kernels/coral.wgsl?raw';
import dann from './kernels/dann.wgsl?raw';
import elementary from './kernels/elementary.wgsl?raw';
import gather from './kernels/gather.wgsl?raw';
import hidden from './kernels/hidden.wgsl?raw';
import optimizer from './kernels/optimizer.wgsl?raw';
import output from './kernels/output.wgsl?raw';
import random from './kernels/random.wgsl?raw';
import risks from './kernels/risks.wgsl?raw';
import score from './kernels/score.wgsl?raw';
import update from './kernels/update.wgsl?raw';

/** Invocations of a workgroup: of most kernels, of those that make large tiles, and of those that take four rows. */
export const GROUP = 64;
export const TILE_GROUP = 16;
export const ROW_GROUP = 16;

/** Groups of GroupDRO (or domains) that fit into a workgroup's memory, of which 16 KiB are promised everywhere. */
export const MOST_GROUPS = 2000;

export type KernelName =
  | 'gather' | 'gatherMasked' | 'gatherAugmented' | 'hidden1' | 'hidden2' | 'hidden1Dropout' | 'hidden2Dropout' | 'output' | 'forward' | 'risks' | 'backward'
  | 'domainMeans' | 'coral' | 'discriminate' | 'back' | 'update' | 'updateAny' | 'updateDiscriminator' | 'score' | 'summarize';

/** Regions of the activations, in vec4s a row of the plane. */
export interface Regions {
  /** Of `inputs`: each layer's input, first x; and the width of all. */
  readonly inputAt: readonly number[];
  readonly inputWidth: number;
  /** Of `errors`: δ is at 0; each hidden layer's ε; η; and the width of all. */
  readonly errorAt: readonly number[];
  readonly etaAt: number;
  readonly errorWidth: number;
}

export function regionsOf({ shape, hidden: layers, domains }: StateLayout): Regions {
  const d4 = quads(shape.inputWidth);
  const c4 = quads(shape.classes);
  const h4 = layers[0] ? quads(layers[0].to) : 0;
  const etaAt = c4 + layers.length * h4;
  return {
    inputAt: [0, ...layers.map((_, i) => d4 + i * h4)],
    inputWidth: d4 + layers.length * h4,
    errorAt: layers.map((_, i) => c4 + i * h4),
    etaAt,
    errorWidth: etaAt + quads(domains),
  };
}

/** What one member has in `aside`, in vec4s: its parts' summaries, then its row scores; or its domain means. */
export interface AsideSizes {
  readonly parts: number;
  readonly length: number;
}

/** A population's kernels, each compiled when first asked for. Pipelines of one text on one device are shared by all populations. */
export class Kernels {
  private readonly texts: Readonly<Record<KernelName, { readonly code: string; readonly entryPoint: string }>>;
  private readonly ready = new Map<KernelName, GPUComputePipeline>();

  constructor(
    private readonly device: GPUDevice,
    readonly layout: GPUBindGroupLayout,
    state: StateLayout,
    aside: AsideSizes,
  ) {
    const shared = constantsOf(state, aside);
    const { inputAt, errorAt } = regionsOf(state);
    const most = (count: number) => constants({ MOST: 4 * quads(count) });
    const text = (entryPoint: string, ...parts: string[]) => ({ code: [shared, bindings, ...parts].join('\n'), entryPoint });
    const gatherText = (masks: boolean, augmentation: boolean) => text('gather', booleans({ HAS_MASKS: masks, HAS_AUGMENTATION: augmentation }), random, elementary, gather);
    const hiddenText = (layer: number, dropout: boolean) => {
      const own = state.hidden[layer];
      const places = { IN4: quads(own?.from ?? 1), IN_AT: inputAt[layer] ?? 0, OUT_AT: inputAt[layer + 1] ?? 0, WEIGHTS_AT: own?.weights ?? 0, BIAS_AT: own?.bias ?? 0 };
      return text('hidden', constants(places), booleans({ IS_SECOND: layer === 1, HAS_DROPOUT: dropout }), random, elementary, hidden);
    };
    const outputText = (entryPoint: string) => text(entryPoint, most(state.last.to), elementary, classifier, output);
    const dannText = (entryPoint: string) => text(entryPoint, most(state.domains), elementary, classifier, booleans({ HAS_SGD: true }), optimizer, dann);
    const updateText = (all: boolean) => text('update', booleans({ HAS_SGD: all, HAS_AVERAGE: all }), optimizer, update);
    const scoreText = (entryPoint: string) => text(entryPoint, most(state.last.to), elementary, classifier, score);
    const backPlaces = { WEIGHTS_AT: state.hidden[1]?.weights ?? 0, FROM_AT: errorAt[1] ?? 0, TO_AT: errorAt[0] ?? 0, KEPT_AT: inputAt[1] ?? 0 };
    this.texts = {
      gather: gatherText(false, false),
      gatherMasked: gatherText(true, false),
      gatherAugmented: gatherText(true, true),
      hidden1: hiddenText(0, false),
      hidden2: hiddenText(1, false),
      hidden1Dropout: hiddenText(0, true),
      hidden2Dropout: hiddenText(1, true),
      output: outputText('output'),
      forward: outputText('forward'),
      risks: text('risks', elementary, risks),
      backward: outputText('backward'),
      domainMeans: text('domainMeans', coral),
      coral: text('coral', coral),
      discriminate: dannText('discriminate'),
      back: text('back', constants(backPlaces), back),
      update: updateText(false),
      updateAny: updateText(true),
      updateDiscriminator: dannText('updateDiscriminator'),
      score: scoreText('score'),
      summarize: scoreText('summarize'),
    };
  }

  /** Compiles what is missing. @throws GPUPipelineError when the device refuses a kernel. */
  async prepare(names: readonly KernelName[]): Promise<void> {
    const missing = names.filter((name) => !this.ready.has(name));
    const pipelines = await Promise.all(missing.map((name) => compiled(this.device, this.layout, this.texts[name])));
    missing.forEach((name, i) => this.ready.set(name, pipelines[i] as GPUComputePipeline));
  }

  /** A kernel that `prepare` has seen. */
  pipeline(name: KernelName): GPUComputePipeline {
    const pipeline = this.ready.get(name);
    if (!pipeline) throw new Error(`The kernel ${name} was not prepared.`);
    return pipeline;
  }
}

const compiledOn = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

function compiled(device: GPUDevice, layout: GPUBindGroupLayout, { code, entryPoint }: { code: string; entryPoint: string }): Promise<GPUComputePipeline> {
  const known = compiledOn.get(device) ?? new Map<string, Promise<GPUComputePipeline>>();
  compiledOn.set(device, known);
  const key = `${entryPoint}\n${code}`;
  const pipeline =
    known.get(key) ??
    device.createComputePipelineAsync({
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: device.createShaderModule({ code }), entryPoint },
    });
  known.set(key, pipeline);
  return pipeline;
}

function constants(values: Readonly<Record<string, number>>): string {
  return Object.entries(values).map(([name, value]) => `const ${name} = ${value}u;`).join('\n');
}

function booleans(values: Readonly<Record<string, boolean>>): string {
  return Object.entries(values).map(([name, value]) => `const ${name} = ${value};`).join('\n');
}

/** The shape of the head and of the buffers, as WGSL. A linear head has no H: 1 stands in, so that texts compile that are not used. */
function constantsOf(state: StateLayout, aside: AsideSizes): string {
  const { shape, hidden: layers, last, domains, groups } = state;
  const { inputAt, errorAt, etaAt } = regionsOf(state);
  const rows = layers.map((layer, i) => `Layer(${quads(layer.from)}u, ${inputAt[i]}u, ${errorAt[i]}u, ${layer.weights}u, ${layer.bias}u)`);
  return [
    constants({
      GROUP, TILE_GROUP, ROW_GROUP,
      D: shape.inputWidth, D4: quads(shape.inputWidth), C: shape.classes, C4: quads(shape.classes), E4: quads(domains), KINDS: Math.min(MOST_GROUPS, Math.max(domains, groups)),
      HIDDEN_LAYERS: layers.length, HIDDEN: layers[0]?.to ?? 1, H4: quads(layers[0]?.to ?? 1),
      INNER4: quads(last.from), INNER_AT: inputAt.at(-1) as number, ERROR_AT: errorAt.at(-1) ?? 0,
      LAST_WEIGHTS: last.weights, LAST_BIAS: last.bias, SECTION4: state.section, STATE4: state.length,
      DISCRIMINATOR_AT: state.discriminatorAt, DISCRIMINATOR4: state.discriminator, ETA_AT: etaAt, GROUP_WEIGHTS_AT: state.groupWeightsAt,
      ASIDE4: aside.length, PARTS: aside.parts,
    }),
    // Without a type: 1 − β is then taken in double precision, as a float32 0.999 would put 1 − β₂ off by 1e-5.
    `const BETA1 = ${ADAM.beta1}; const BETA2 = ${ADAM.beta2}; const MOMENTUM = ${SGD_MOMENTUM};`,
    `struct Layer { in4: u32, inAt: u32, errorAt: u32, weights: u32, bias: u32 } // of a hidden layer: width and region of its input, region of its ε, places in a state`,
    `const LAYERS = array<Layer, ${Math.max(1, rows.length)}>(${rows.join(', ') || 'Layer()'});`,
  ].join('\n');
}
