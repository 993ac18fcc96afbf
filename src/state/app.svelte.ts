import { connectEncoder } from '../client/encoder.ts';
import { connectTrainer } from '../client/trainer.ts';
import type { Dataset } from '../core/examples.ts';
import type { ImportReport } from '../core/import-report.ts';
import { DEFAULT_KNOBS, type KnobName, type KnobValue, type KnobValues } from '../core/knobs.ts';
import { PACES, type Pace } from '../core/pace.ts';
import { DEFAULT_STEPS, type HeadSpec } from '../core/run-record.ts';
import { heldOutChoices } from '../core/splits.ts';
import type { DatasetEntry, EncoderApi, LoadedDataset, Settings } from '../protocol/encoder.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo, OnProgress } from '../protocol/progress.ts';
import type { RunRequest, RunSnapshot, TrainerApi, TrainerEvent } from '../protocol/trainer.ts';
import { Job } from './job.svelte.ts';
import { Notices, type Notice } from './notices.svelte.ts';
import { Probe } from './probe.svelte.ts';
import { RunState } from './run-state.svelte.ts';

const FIRST_DATASET = 'reviews';

/** The reactive model of the page: one data set, one run, and the settings of the next one. */
export class App {
  readonly notices = new Notices();
  readonly run = new RunState();
  readonly job: Job;
  readonly probe: Probe;

  datasets = $state.raw<readonly DatasetEntry[]>([]);
  /** Entry of the current data set in `datasets`. */
  datasetId = $state('');
  dataset = $state.raw<Dataset | null>(null);
  report = $state.raw<ImportReport | null>(null);
  backend = $state.raw<BackendInfo | null>(null);
  encoderBackend = $state.raw<BackendInfo | null>(null);

  heldOutDomain = $state('');
  head = $state.raw<HeadSpec>({ kind: 'hidden', width: 64 });
  seed = $state(1);
  pace = $state.raw<Pace>(PACES[0]);

  readonly heldOutOptions = $derived(this.dataset ? heldOutChoices(this.dataset) : []);
  /** Knobs in force, or those of the next run. */
  readonly knobs = $derived<KnobValues>(this.run.settings?.knobs ?? DEFAULT_KNOBS);
  readonly steps = $derived(this.run.totalSteps || DEFAULT_STEPS);

  /** Whether training can be asked for. */
  get ready(): boolean {
    return this.run.record !== null;
  }

  private saidUnsaved = false;

  constructor(
    private readonly encoder: EncoderApi,
    private readonly trainer: TrainerApi,
  ) {
    this.job = new Job((job) => encoder.cancel(job));
    this.probe = new Probe(encoder, trainer, this.notices);
  }

  /** Starts both workers, and brings back what the last visit left. */
  async begin(choice: BackendChoice): Promise<void> {
    try {
      await Promise.all([
        this.trainer.setPace(this.pace.stepsPerSecond),
        this.trainer.listen((event) => this.receive(event)),
        this.encoder.onBackend((info) => (this.encoderBackend = info)),
        this.encoder.start(choice),
      ]);
      const [backend, datasets, settings] = await Promise.all([this.trainer.start(choice), this.encoder.listDatasets(), this.encoder.readSettings()]);
      this.backend = backend;
      this.datasets = datasets;
      const known = settings !== null && datasets.some((entry) => entry.id === settings.datasetId) ? settings : null;
      await this.open(known?.datasetId ?? FIRST_DATASET, known);
    } catch (error) {
      this.notices.error(error);
    }
  }

  /** Makes another data set the current one. On failure or cancel the old one stays. */
  async chooseDataset(id: string): Promise<void> {
    await this.attempt(() => this.open(id, null));
  }

  async importFile(file: File): Promise<void> {
    const again = { label: 'Try again', run: () => void this.importFile(file) };
    await this.attempt(async () => {
      const imported = await this.job.run(`Importing ${file.name}`, (job, onProgress) => this.encoder.importFile(file, job, onProgress));
      this.datasets = await this.encoder.listDatasets();
      await this.take(imported.dataset.id, imported, null);
      this.report = imported.report;
      await keepOnThisDevice();
    }, again);
  }

  /** Forgets an imported data set; the bundled one takes its place when it was the current one. */
  async deleteDataset(id: string): Promise<void> {
    await this.attempt(async () => {
      if (id === this.datasetId) await this.open(FIRST_DATASET, null);
      await this.encoder.deleteDataset(id);
      this.datasets = await this.encoder.listDatasets();
    });
  }

  async chooseHeldOut(heldOutDomain: string): Promise<void> {
    await this.attempt(() => this.newRun({ heldOutDomain }));
  }

  async chooseHead(head: HeadSpec): Promise<void> {
    await this.attempt(() => this.newRun({ head }));
  }

  async chooseSeed(seed: number): Promise<void> {
    await this.attempt(() => this.newRun({ seed }));
  }

  async choosePace(pace: Pace): Promise<void> {
    this.pace = pace;
    await this.attempt(() => this.trainer.setPace(pace.stepsPerSecond));
  }

  async toggleTraining(): Promise<void> {
    await this.attempt(async () => {
      if (this.run.running) return this.trainer.pause();
      this.notices.clearInfo();
      this.run.running = true;
      await this.trainer.train();
    });
  }

  async stepOnce(): Promise<void> {
    await this.attempt(() => this.trainer.stepOnce());
  }

  /** A fresh run with the knobs as they are. The old one can be brought back. */
  async reset(): Promise<void> {
    const before = this.run.step > 0 ? this.run.record : null;
    await this.attempt(async () => {
      await this.newRun({});
      if (before) this.notices.info('The run was reset.', { label: 'Bring it back', run: () => void this.reopen(before.id) });
    });
  }

  async change(knob: KnobName | 'steps', value: KnobValue): Promise<void> {
    await this.attempt(async () => {
      this.run.record = await this.trainer.change(knob, value);
      await this.remember();
    });
  }

  /** Lengthens the run and trains on. */
  async extend(moreSteps: number): Promise<void> {
    await this.change('steps', this.run.totalSteps + moreSteps);
    if (!this.run.finished) await this.toggleTraining();
  }

  private async reopen(runId: string): Promise<void> {
    await this.attempt(async () => {
      const snapshot = await this.trainer.openRun(runId);
      if (!snapshot) throw new HeldoutError('bad-input', 'That run is no longer kept in this browser.', '');
      this.notices.clearInfo();
      await this.show(snapshot);
      this.run.previous = null;
    });
  }

  private async open(id: string, settings: Settings | null): Promise<void> {
    const call = (job: string, onProgress: OnProgress) => this.encoder.openDataset(id, job, onProgress);
    const loaded = await this.job.run('Opening the data', call);
    await this.take(id, loaded, settings);
  }

  private async take(id: string, { dataset, features, defaultHeldOut, storageProblem }: LoadedDataset, settings: Settings | null): Promise<void> {
    const { head, seed, knobs, steps } = settings ?? this;
    const known = settings !== null && heldOutChoices(dataset).includes(settings.heldOutDomain);
    const heldOutDomain = known ? settings.heldOutDomain : defaultHeldOut;
    await this.trainer.setData(dataset, features);
    this.run.clear();
    this.report = null;
    this.datasetId = id;
    this.dataset = dataset;
    if (storageProblem) this.notices.problem(storageProblem, 'Training works all the same.');
    const reopened = settings && (await this.trainer.openRun(settings.runId));
    if (reopened) await this.show(reopened);
    else await this.newRun({ heldOutDomain, head, seed, knobs, steps });
  }

  /** Starts a fresh run, the current one's settings changed as asked. Where that is impossible, the current run stays. */
  private async newRun(changed: Partial<RunRequest>): Promise<void> {
    const { heldOutDomain, head, seed, knobs, steps } = this;
    await this.show(await this.trainer.newRun({ heldOutDomain, head, seed, knobs, steps, ...changed }));
  }

  private async show(snapshot: RunSnapshot): Promise<void> {
    this.run.show(snapshot);
    this.heldOutDomain = snapshot.record.heldOutDomain;
    this.head = snapshot.record.head;
    this.seed = snapshot.record.seed;
    await Promise.all([this.remember(), this.probe.refresh()]);
  }

  private async remember(): Promise<void> {
    const { datasetId, heldOutDomain, head, seed, steps, knobs } = this;
    const runId = this.run.record?.id ?? '';
    await this.encoder.writeSettings({ datasetId, heldOutDomain, head, seed, steps, knobs, runId }).catch((error: unknown) => {
      // Said once: where storage is refused, every change would say it again.
      if (!this.saidUnsaved) this.notices.error(error);
      this.saidUnsaved = true;
    });
  }

  private receive(event: TrainerEvent): void {
    if (event.type === 'progress') {
      this.run.progress(event);
      void this.probe.refresh();
    } else if (event.type === 'backend') {
      this.backend = event.info;
      this.notices.info(`${event.notice} ${event.info.reason}`);
    } else {
      this.notices.problem(event.message, event.remedy);
    }
  }

  /** @param again offered when the cause was outside, such as a broken connection. */
  private async attempt(action: () => Promise<unknown>, again: Notice['action'] = null): Promise<void> {
    try {
      await action();
    } catch (error) {
      const outside = error instanceof HeldoutError && (error.code === 'model-download' || error.code === 'model-corrupt' || error.code === 'device-lost');
      this.notices.error(error, outside ? again : null);
    }
  }
}

/** Asks the browser not to clear this site's data when the disk runs low. It may decline; nothing depends on it. */
async function keepOnThisDevice(): Promise<void> {
  // Absent on insecure origins, whatever the types say.
  await (navigator.storage as StorageManager | undefined)?.persist?.().catch(() => false);
}

/** The page's model on its two workers. @param search of the address: `?backend=webgpu|wasm|cpu` forces a backend */
export function createApp(search: string): App {
  const app = new App(connectEncoder(), connectTrainer());
  void app.begin(backendChoice(search));
  return app;
}

function backendChoice(search: string): BackendChoice {
  const asked = new URLSearchParams(search).get('backend');
  return asked === 'webgpu' || asked === 'wasm' || asked === 'cpu' ? asked : 'auto';
}
