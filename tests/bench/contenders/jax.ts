import { blockUntilReady, defaultDevice, grad, init, jit, nn, numpy as np, tree, vmap } from '@jax-js/jax';
import { ADAM } from '../../../src/engine/population/optimizer-clock.ts';
import { seconds } from '../race.ts';
import { TENSORS, adamRates, type Contender, type HeadWeights, type Job, type TensorName } from './contender.ts';
import { initialTensor } from './job.ts';

/*
 * jax-js takes ownership of what a function is given: a value that is used again is passed as `.ref`.
 * Types, not interfaces: its trees are inferred from type aliases only.
 */

/** weights1 [K, D, H], bias1 [K, 1, H], weights2 [K, H, C], bias2 [K, 1, C]; without K for one head under vmap. */
type Heads = { weights1: np.Array; bias1: np.Array; weights2: np.Array; bias2: np.Array };
type State = { heads: Heads; m: Heads; v: Heads };
type Batch = { x: np.Array; y: np.Array; mask: np.Array };

/** All heads in batched products, or one head under vmap. */
type Form = 'batched' | 'vmap';
/** When a step is awaited: at once, on this thread (WebAssembly only); after every step, on jax-js's threads; or only after the last one. */
type Wait = 'at once' | 'every step' | 'at the end';

const TRIAL_STEPS = 4;
const TRIAL_SECONDS = 0.6;

/**
 * K heads as one jitted step of jax-js: forward, backward by `grad`, Adam; batches and masks on the device.
 * @returns null where jax-js does not run on this device
 */
export async function jax(job: Job, device: 'wasm' | 'webgpu'): Promise<Contender | null> {
  if (!(await init(device)).includes(device)) return null;
  defaultDevice(device);
  const waits: readonly Wait[] = device === 'wasm' ? ['at once', 'every step', 'at the end'] : ['every step', 'at the end'];
  return new JaxHeads(job, await Promise.all(job.shelf.map((batch) => onDevice(job, batch))), waits);
}

class JaxHeads implements Contender {
  readonly heads: number;
  private training: JaxTraining;
  private wait: Wait = 'every step';

  constructor(
    private readonly job: Job,
    private readonly shelf: readonly Batch[],
    private readonly waits: readonly Wait[],
  ) {
    this.heads = job.heads;
    this.training = new JaxTraining(job, shelf, 'batched');
  }

  get name(): string {
    return `jax-js (${this.training.form}, awaited ${this.wait})`;
  }

  /** Tries all ways to write and to await the step, and keeps the quickest. */
  async tune(): Promise<void> {
    let bestRate = 0;
    const trainings = [this.training, ...(this.heads > 1 ? [new JaxTraining(this.job, this.shelf, 'vmap')] : [])];
    for (const training of trainings) {
      for (const wait of this.waits) {
        const rate = await trialRate(training, wait);
        if (rate <= bestRate) continue;
        bestRate = rate;
        this.training = training;
        this.wait = wait;
      }
    }
    for (const training of trainings) if (training !== this.training) training.dispose();
  }

  train(steps: number): Promise<void> {
    return this.training.train(steps, this.wait);
  }

  weights(): Promise<HeadWeights> {
    return this.training.weights();
  }

  dispose(): void {
    this.training.dispose();
    for (const batch of this.shelf) tree.dispose(batch);
  }
}

/** Steps a second, a few at a time so that a slow way takes no longer than the others. */
async function trialRate(training: JaxTraining, wait: Wait): Promise<number> {
  await training.train(TRIAL_STEPS, wait); // compiles
  let steps = 0;
  let took = 0;
  while (took < TRIAL_SECONDS) {
    took += await seconds(() => training.train(TRIAL_STEPS, wait));
    steps += TRIAL_STEPS;
  }
  return steps / took;
}

class JaxTraining {
  private state: State;
  private readonly step: ReturnType<typeof jittedStep>;
  private steps = 0;

  constructor(
    private readonly job: Job,
    private readonly shelf: readonly Batch[],
    readonly form: Form,
  ) {
    const { heads, hidden, data } = job;
    const shapes: Record<TensorName, number[]> = { weights1: [heads, data.width, hidden], bias1: [heads, 1, hidden], weights2: [heads, hidden, data.classes], bias2: [heads, 1, data.classes] };
    const fill = (make: (name: TensorName) => np.Array): Heads => Object.fromEntries(TENSORS.map((name) => [name, make(name)])) as Heads;
    this.state = { heads: fill((name) => np.array(initialTensor(job, name)).reshape(shapes[name])), m: fill((name) => np.zeros(shapes[name])), v: fill((name) => np.zeros(shapes[name])) };
    this.step = jittedStep(job, form);
  }

  async train(steps: number, wait: Wait): Promise<void> {
    for (let i = 0; i < steps; i++) {
      const batch = this.shelf[this.steps % this.shelf.length] as Batch;
      const { rate, secondCorrection } = adamRates(this.job.learningRate, ++this.steps);
      this.state = this.step(this.state, tree.ref(batch), scalar(rate), scalar(secondCorrection));
      if (wait === 'at once') this.state.heads.bias2.ref.dataSync();
      if (wait === 'every step') await blockUntilReady(this.state);
    }
    await blockUntilReady(this.state);
  }

  async weights(): Promise<HeadWeights> {
    const firstOf = async (name: TensorName): Promise<Float32Array> => {
      const all = (await this.state.heads[name].ref.data()) as Float32Array;
      return all.slice(0, all.length / this.job.heads);
    };
    return Object.fromEntries(await Promise.all(TENSORS.map(async (name) => [name, await firstOf(name)]))) as HeadWeights;
  }

  dispose(): void {
    tree.dispose(this.state);
    this.step.dispose();
  }
}

/** From a typed array, which is written to the device as it is: a plain number would take a kernel to fill its one place. */
function scalar(value: number): np.Array {
  return np.array(new Float32Array([value]), { shape: [] });
}

function onDevice({ heads, batchRows, hidden, data }: Job, { x, y, mask }: Job['shelf'][number]): Promise<Batch> {
  return blockUntilReady({
    x: np.array(x).reshape([heads, batchRows, data.width]),
    y: np.array(y).reshape([heads, batchRows, data.classes]),
    mask: np.array(mask).reshape([heads, batchRows, hidden]),
  });
}

function jittedStep(job: Job, form: Form) {
  const gradient = grad((heads: Heads, batch: Batch) => loss(job, heads, batch));
  const gradients = (form === 'vmap' ? vmap(gradient) : gradient) as (heads: Heads, batch: Batch) => Heads;
  return jit((state: State, batch: Batch, rate: np.Array, secondCorrection: np.Array): State => {
    return adamStep(state, gradients(tree.ref(state.heads), batch), rate, secondCorrection);
  });
}

/** Sum over heads of mean cross-entropy + (λ/2)·‖W‖². x [(K,) B, D], y [(K,) B, C], mask [(K,) B, H]. */
function loss({ batchRows, l2Strength }: Job, { weights1, bias1, weights2, bias2 }: Heads, { x, y, mask }: Batch): np.Array {
  const hidden = nn.relu(np.matmul(x, weights1.ref).add(bias1)).mul(mask);
  const logits = np.matmul(hidden, weights2.ref).add(bias2);
  const crossEntropy = nn.logSoftmax(logits).mul(y).sum().mul(-1 / batchRows);
  return crossEntropy.add(np.square(weights1).sum().add(np.square(weights2).sum()).mul(l2Strength / 2));
}

function adamStep({ heads, m, v }: State, gradient: Heads, rate: np.Array, secondCorrection: np.Array): State {
  const next = TENSORS.map((name) => {
    const nextM = m[name].mul(ADAM.beta1).add(gradient[name].ref.mul(1 - ADAM.beta1));
    const nextV = v[name].mul(ADAM.beta2).add(np.square(gradient[name]).mul(1 - ADAM.beta2));
    const value = heads[name].sub(nextM.ref.mul(rate.ref).div(np.sqrt(nextV.ref.mul(secondCorrection.ref)).add(ADAM.epsilon)));
    return { name, value, nextM, nextV };
  });
  rate.dispose();
  secondCorrection.dispose();
  const gather = (part: 'value' | 'nextM' | 'nextV'): Heads => Object.fromEntries(next.map((tensor) => [tensor.name, tensor[part]])) as Heads;
  return { heads: gather('value'), m: gather('nextM'), v: gather('nextV') };
}
