import type { PopulationFactory } from '../../src/engine/population/population.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { RunKeeper } from '../../src/worker/run-keeper.ts';
import { runStorage } from '../../src/worker/run-storage.ts';
import { TrainerService } from '../../src/worker/trainer-service.ts';
import { kernelPopulations } from './kernel.ts';
import { FirstBranch } from './first-branch.ts';
import { EventLog } from './trainer-events.ts';

export interface TestedService {
  /** The whole service. */
  readonly api: TrainerService;
  /** The service as a run of one head sees it. */
  readonly service: FirstBranch;
  readonly events: EventLog;
  /** Populations that were made and not disposed of. */
  alive(): number;
  /** Tells the service that the device was lost. */
  loseDevice(): void;
  /** What happens while an engine is being started. */
  whileStarting: () => Promise<void>;
}

/**
 * The training service in Node as the worker wires it: real engine and storage. Only the clock is not real: each look at it finds
 * `msPerLook` gone, so that slices, reports and saves come at the same steps however busy the machine is.
 */
export async function startService(storage: Storage, { encoderVersion = 'test-encoder', msPerLook = 5, idPrefix = '' } = {}): Promise<TestedService> {
  let nowMs = 0;
  let runs = 0;
  let alive = 0;
  let lose = (): void => {};
  const events = new EventLog();
  const makePopulation: PopulationFactory = async (...spec) => {
    const population = await kernelPopulations(...spec);
    alive++;
    const dispose = population.dispose.bind(population);
    population.dispose = () => {
      alive--;
      dispose();
    };
    return population;
  };
  const api = new TrainerService({
    encoderVersion,
    startEngine: async () => {
      await tested.whileStarting();
      const lost = new Promise<string>((resolve) => (lose = () => resolve('lost')));
      return { info: { name: 'wasm', reason: 'WebAssembly.', adapter: '' }, makePopulation, lost };
    },
    nowMs: () => (nowMs += msPerLook),
    newRunId: () => `${idPrefix}run ${++runs}`,
    keeper: (report) => new RunKeeper(runStorage(storage, () => nowMs), report),
  });
  const tested: TestedService = { api, service: new FirstBranch(api), events, alive: () => alive, loseDevice: () => lose(), whileStarting: async () => undefined };
  await api.listen((event) => events.add(event));
  await api.start('wasm');
  return tested;
}
