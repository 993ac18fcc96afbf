import type { Dataset } from '../core/examples.ts';
import type { ImportReport } from '../core/import-report.ts';
import { DEFAULT_KNOBS, type KnobName, type KnobValue, type KnobValues } from '../core/knobs.ts';
import { PACES, type Pace } from '../core/pace.ts';
import { DEFAULT_STEPS, type GroupBy, type HeadSpec } from '../core/run-record.ts';
import { heldOutChoices } from '../core/splits.ts';
import { DEFAULT_SHAPE, sameShape, type ShapeValues } from '../core/shape.ts';
import type { SweepConditions } from '../core/sweep-grid.ts';
import type { DataServices } from '../protocol/data-services.ts';
import type { DatasetEntry, EncoderApi, LoadedDataset, Settings } from '../protocol/encoder.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo, OnProgress } from '../protocol/progress.ts';
import type { RunRequest, RunSnapshot, TrainerApi, TrainerEvent } from '../protocol/trainer.ts';
import type { TrainingServices } from '../protocol/training-services.ts';
import { Branches } from './branches.svelte.ts';
import type { DatasetHost } from './dataset-host.ts';
import { DeviceStorage } from './device-storage.svelte.ts';
import { DomainTableState } from './domain-table.svelte.ts';
import { Editor } from './editor.svelte.ts';
import { ImportState } from './import.svelte.ts';
import { Job } from './job.svelte.ts';
import { keepOnThisDevice } from './keep-on-this-device.ts';
import { Notices } from './notices.svelte.ts';
import { Probe } from './probe.svelte.ts';
import { Quality } from './quality.svelte.ts';
import { Project } from './project.svelte.ts';
import { RunState } from './run-state.svelte.ts';
import { SessionMemory } from './session-memory.ts';
import { SweepState } from './sweep.svelte.ts';
import { TextPreview } from './text-preview.svelte.ts';
import { TextQueue } from './text-queue.svelte.ts';

const FIRST_DATASET = 'reviews';

/** The reactive model of the page: one data set, one run, and the settings of the next one. */
export class App {
  readonly notices = new Notices();
  readonly run = new RunState();
  readonly job: Job;
  readonly probe: Probe;
  readonly imports: ImportState;
  readonly project: Project;
  readonly deviceStorage: DeviceStorage;
  readonly quality: Quality;
  readonly editor: Editor;
  readonly branches: Branches;
  readonly domainTable: DomainTableState;
  readonly sweep: SweepState;
  readonly textPreview: TextPreview;
  readonly textQueue: TextQueue;

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
  seeds = $state(1);
  groupBy = $state<GroupBy>('domain');
  shape = $state.raw<ShapeValues>(DEFAULT_SHAPE);
  /** The shape asked for, while the run that has it is being started. */
  nextShape = $state.raw<ShapeValues | null>(null);
  pace = $state.raw<Pace>(PACES[0]);

  readonly heldOutOptions = $derived(this.dataset ? heldOutChoices(this.dataset) : []);
  /** Knobs in force, or those of the next run. */
  readonly knobs = $derived<KnobValues>(this.run.settings?.knobs ?? DEFAULT_KNOBS);
  readonly steps = $derived(this.run.totalSteps || DEFAULT_STEPS);

  /** Whether training can be asked for. */
  get ready(): boolean {
    return this.run.record !== null;
  }

  /** What a sweep starts from: the settings of the next run. */
  private get conditions(): SweepConditions | null {
    const { dataset, heldOutDomain, head, seed, groupBy, shape, knobs, steps } = this;
    return dataset && this.ready ? { datasetId: dataset.id, datasetName: dataset.name, heldOutDomain, head, seed, groupBy, shape, knobs, steps } : null;
  }

  private readonly trainer: TrainerApi;
  /** Resolves when no run is being started or split. */
  private settled: Promise<unknown> = Promise.resolve();
  private readonly memory: SessionMemory;

  private readonly encoder: EncoderApi;

  constructor({ augment, drafts, encoder, imports, project, storage, variants }: DataServices, { trainer, domainTable, sweep }: TrainingServices) {
    this.encoder = encoder;
    this.trainer = trainer;
    this.memory = new SessionMemory(encoder, this.notices);
    this.job = new Job((job) => encoder.cancel(job));
    const host: DatasetHost = {
      job: this.job,
      current: () => this.dataset && { entryId: this.datasetId, dataset: this.dataset },
      isListed: (id) => this.datasets.some((entry) => entry.id === id),
      open: (id) => this.open(id, this.settings),
      take: async (loaded) => {
        this.datasets = await encoder.listDatasets();
        await this.take(loaded.dataset.id, loaded, this.settings);
      },
      takeImported: async (imported) => {
        this.datasets = await encoder.listDatasets();
        await this.take(imported.dataset.id, imported, null);
        this.report = imported.report;
        await keepOnThisDevice();
      },
      takeProject: async (entryId, runId) => {
        this.datasets = await encoder.listDatasets();
        await this.open(entryId, { ...this.settings, runId: runId ?? '' });
        await keepOnThisDevice();
      },
      takeFirst: () => this.open(FIRST_DATASET, null),
      relist: async () => void (this.datasets = await encoder.listDatasets()),
      attempt: (action) => this.attempt(action),
    };
    this.imports = new ImportState(imports, this.notices, host);
    this.quality = new Quality(encoder, this.notices, host);
    this.editor = new Editor(encoder, drafts, this.notices, host);
    this.deviceStorage = new DeviceStorage(storage, host);
    this.project = new Project(project, trainer, this.run, this.notices, host);
    this.probe = new Probe(encoder, trainer, this.run, this.notices);
    this.branches = new Branches(trainer, this.run, this.notices, (action) => this.attempt(() => this.inTurn(action)));
    this.domainTable = new DomainTableState(domainTable, this.notices);
    this.textPreview = new TextPreview(augment, this.notices, () => this);
    this.textQueue = new TextQueue(variants, trainer, this.run, this.notices, host);
    this.sweep = new SweepState(sweep, this.notices, () => this.conditions);
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

  /** Takes files that were chosen or dropped: a project file, or files with examples. */
  async chooseFiles(files: readonly File[]): Promise<void> {
    await (Project.isProject(files) ? this.project.open(files) : this.imports.choose(files));
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

  async chooseSeeds(seeds: number): Promise<void> {
    await this.attempt(() => this.newRun({ seeds }));
  }

  async chooseGroups(groupBy: GroupBy): Promise<void> {
    await this.attempt(() => this.newRun({ groupBy }));
  }

  /** A fresh run on the data in another shape, which trains on if one was training. Of changes that come faster than runs start, the last counts. */
  async chooseShape(changed: Partial<ShapeValues>): Promise<void> {
    this.nextShape = { ...(this.nextShape ?? this.shape), ...changed };
    await this.attempt(() =>
      this.inTurn(async () => {
        const shape = this.nextShape;
        const goesOn = this.run.running;
        try {
          if (!shape || sameShape(shape, this.shape)) return;
          await this.startRun({ shape });
          this.run.running = goesOn;
          if (goesOn) await this.trainer.train();
        } finally {
          if (this.nextShape === shape) this.nextShape = null;
        }
      }),
    );
  }

  /** A fresh run with these knobs, as a sweep's cell was trained. */
  async startWith(knobs: KnobValues): Promise<void> {
    await this.attempt(() => this.newRun({ knobs }));
  }

  async choosePace(pace: Pace): Promise<void> {
    this.pace = pace;
    await this.attempt(() => this.trainer.setPace(pace.stepsPerSecond));
  }

  async toggleTraining(): Promise<void> {
    await this.attempt(async () => {
      await this.settled;
      if (this.run.running) return this.trainer.pause();
      if (!(await this.textQueue.prepared())) return;
      this.notices.clearInfo();
      this.run.running = true;
      await this.trainer.train();
    });
  }

  async stepOnce(): Promise<void> {
    await this.attempt(async () => {
      await this.settled;
      if (await this.textQueue.prepared()) await this.trainer.stepOnce();
    });
  }

  /** A fresh run with the knobs as they are. The old one can be brought back. */
  async reset(): Promise<void> {
    const before = this.run.branches.some(({ step }) => step > 0) ? this.run.runId : null;
    await this.attempt(async () => {
      await this.newRun({});
      if (before) this.notices.info('The run was reset.', { label: 'Bring it back', run: () => void this.reopen(before) });
    });
  }

  async change(knob: KnobName | 'steps', value: KnobValue): Promise<void> {
    await this.attempt(async () => {
      await this.settled;
      const branch = this.run.selected;
      if (!branch) return;
      branch.record = await this.trainer.change(branch.id, knob, value);
      await this.memory.keep(this.settings);
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
    const { head, seed, seeds, shape, knobs, steps } = settings ?? this;
    const groupBy = dataset.groups.length > 0 ? (settings ?? this).groupBy : 'domain';
    const known = settings !== null && heldOutChoices(dataset).includes(settings.heldOutDomain);
    const heldOutDomain = known ? settings.heldOutDomain : defaultHeldOut;
    // What is being trained on the old data beside the run ends; what it has got so far stays.
    await Promise.all([this.sweep.cancel(), this.domainTable.cancel()]);
    await this.trainer.setData(dataset, features);
    this.run.clear();
    this.report = null;
    this.datasetId = id;
    this.dataset = dataset;
    this.editor.follow();
    if (storageProblem) this.notices.problem(storageProblem, 'Training works all the same.');
    const reopened = settings && (await this.trainer.openRun(settings.runId));
    if (reopened) await this.show(reopened);
    else await this.newRun({ heldOutDomain, head, seed, seeds, groupBy, shape, knobs, steps });
  }

  /** Starts a fresh run, the current one's settings changed as asked. Where that is impossible, the current run stays. */
  private async newRun(changed: Partial<RunRequest>): Promise<void> {
    await this.inTurn(() => this.startRun(changed));
  }

  private async startRun(changed: Partial<RunRequest>): Promise<void> {
    const { heldOutDomain, head, seed, seeds, groupBy, shape, knobs, steps } = this;
    await this.show(await this.trainer.newRun({ heldOutDomain, head, seed, seeds, groupBy, shape, knobs, steps, ...changed }));
  }

  private async show(snapshot: RunSnapshot): Promise<void> {
    this.run.show(snapshot);
    const first = snapshot.branches[0]?.record;
    if (first) {
      this.heldOutDomain = first.heldOutDomain;
      this.head = first.head;
      this.seed = first.seed;
      this.seeds = first.seeds;
      this.groupBy = first.groupBy;
      this.shape = first.shape;
    }
    this.textQueue.begin();
    await Promise.all([this.memory.keep(this.settings), this.probe.refresh()]);
  }

  /** The page as it is now. */
  private get settings(): Settings {
    const { datasetId, heldOutDomain, head, seed, seeds, groupBy, shape, steps, knobs } = this;
    return { datasetId, heldOutDomain, head, seed, seeds, groupBy, shape, steps, knobs, runId: this.run.runId };
  }

  private receive(event: TrainerEvent): void {
    if (event.type === 'progress') {
      this.run.progress(event);
      this.textQueue.update();
      void this.probe.refresh();
    } else if (event.type === 'backend') {
      this.backend = event.info;
      this.notices.info(`${event.notice} ${event.info.reason}`);
    } else {
      this.notices.problem(event.message, event.remedy);
    }
  }

  /** Starts or splits a run after those asked for before: a knob turned or a button pressed right after is meant for the result. */
  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.settled.then(action);
    this.settled = result.catch(() => undefined);
    return result;
  }

  /** Does something and explains what goes wrong. */
  private async attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.notices.error(error);
    } finally {
      this.textQueue.update(); // a knob may have been turned, a branch split off, the encoder set free
    }
  }
}
