import type { SweepConditions } from '../core/sweep-grid.ts';
import type { DataServices } from '../protocol/data-services.ts';
import type { EncoderApi, Settings } from '../protocol/encoder.ts';
import type { BackendChoice, BackendInfo } from '../protocol/progress.ts';
import type { TrainerApi, TrainerEvent } from '../protocol/trainer.ts';
import type { TrainingServices } from '../protocol/training-services.ts';
import { Branches } from './branches.svelte.ts';
import { Datasets } from './datasets.svelte.ts';
import { DeviceStorage } from './device-storage.svelte.ts';
import { DomainTableState } from './domain-table.svelte.ts';
import { Editor } from './editor.svelte.ts';
import { ImportState } from './import.svelte.ts';
import { Job } from './job.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { Probe } from './probe.svelte.ts';
import { Project } from './project.svelte.ts';
import { Quality } from './quality.svelte.ts';
import { RunSettings } from './run-settings.svelte.ts';
import { RunState } from './run-state.svelte.ts';
import { SessionMemory } from './session-memory.ts';
import { Slices } from './slices.svelte.ts';
import { DATA_IS_SLOW, tellIfSlow, trainingIsSlow } from './slow-start.ts';
import { SweepState } from './sweep.svelte.ts';
import { TextPreview } from './text-preview.svelte.ts';
import { TextQueue } from './text-queue.svelte.ts';
import { Training } from './training.svelte.ts';

/** The reactive model of the page: its parts, put together. */
export class App {
  readonly notices = new Notices();
  readonly run = new RunState();
  readonly settings = new RunSettings(this.run);
  /** The page's long call. */
  readonly job: Job;
  readonly data: Datasets;
  readonly training: Training;
  readonly branches: Branches;
  readonly probe: Probe;
  readonly slices: Slices;
  readonly imports: ImportState;
  readonly quality: Quality;
  readonly editor: Editor;
  readonly project: Project;
  readonly deviceStorage: DeviceStorage;
  readonly textPreview: TextPreview;
  readonly textQueue: TextQueue;
  readonly domainTable: DomainTableState;
  readonly sweep: SweepState;

  /** Where heads are trained; null before that is known. */
  backend = $state.raw<BackendInfo | null>(null);
  /** Where texts are embedded; null before the first one is. */
  encoderBackend = $state.raw<BackendInfo | null>(null);

  private readonly encoder: EncoderApi;
  private readonly trainer: TrainerApi;

  constructor({ augment, drafts, encoder, imports, project, storage, variants }: DataServices, { trainer, domainTable, sweep }: TrainingServices) {
    const { notices, run, settings } = this;
    this.encoder = encoder;
    this.trainer = trainer;
    this.job = new Job((job) => encoder.cancel(job));
    const memory = new SessionMemory(encoder, notices);
    const attempt = (action: () => Promise<unknown>): Promise<void> => this.attempt(action);
    const remember = (): Promise<void> => memory.keep(this.session);
    this.probe = new Probe(encoder, trainer, run, notices);
    this.slices = new Slices(trainer, run, notices);
    this.textQueue = new TextQueue(variants, trainer, run, notices, { job: this.job, current: () => this.data.current() });
    this.training = new Training(trainer, run, settings, notices, {
      attempt,
      prepared: () => this.textQueue.prepared(),
      follow: () => {
        this.textQueue.begin();
        return Promise.all([remember(), this.probe.refresh()]);
      },
      remember,
    });
    this.data = new Datasets(encoder, trainer, run, settings, this.training, notices, this.job, {
      attempt,
      session: () => this.session,
      leave: () => Promise.all([this.sweep.cancel(), this.domainTable.cancel()]),
      follow: () => this.editor.follow(),
    });
    this.branches = new Branches(trainer, run, notices, (action) => attempt(() => this.training.inTurn(action)));
    this.imports = new ImportState(imports, notices, this.data, () => void this.quality.check());
    this.quality = new Quality(encoder, notices, this.data, settings);
    this.editor = new Editor(encoder, drafts, notices, this.data);
    this.project = new Project(project, trainer, run, notices, this.data);
    this.deviceStorage = new DeviceStorage(storage, trainer, this.data, {
      lookAgain: () => Promise.all([this.branches.recount(), this.domainTable.reopen()]),
      keepAgain: (withEdits) => Promise.all([memory.keepAgain(this.session), withEdits && this.editor.draft?.keepAgain()]),
    });
    this.textPreview = new TextPreview(augment, notices, this.data, settings);
    this.domainTable = new DomainTableState(domainTable, notices);
    this.sweep = new SweepState(sweep, notices, () => this.sweepConditions);
  }

  /** Starts both workers, and brings back what the last visit left. */
  async begin(choice: BackendChoice): Promise<void> {
    try {
      const [backend, [list, kept]] = await Promise.all([
        tellIfSlow(this.startTraining(choice), trainingIsSlow(choice), this.notices),
        tellIfSlow(this.startData(choice), DATA_IS_SLOW, this.notices),
      ]);
      this.backend = backend;
      await this.data.begin(list, kept);
    } catch (error) {
      this.notices.error(error);
    }
  }

  /** Takes files that were chosen or dropped: a project file, or files with examples. */
  async chooseFiles(files: readonly File[]): Promise<void> {
    await (Project.isProject(files) ? this.project.open(files) : this.imports.choose(files));
  }

  private async startTraining(choice: BackendChoice): Promise<BackendInfo> {
    const { trainer } = this;
    await Promise.all([trainer.setPace(this.training.pace.stepsPerSecond), trainer.listen((event) => this.receive(event))]);
    return trainer.start(choice);
  }

  private async startData(choice: BackendChoice) {
    const { encoder } = this;
    await Promise.all([encoder.onBackend((info) => (this.encoderBackend = info)), encoder.start(choice)]);
    return Promise.all([encoder.listDatasets(), encoder.readSettings()]);
  }

  /** The page as it is now, for the next visit. */
  private get session(): Settings {
    return { ...this.settings.request, datasetId: this.data.entryId, runId: this.run.runId };
  }

  /** What a sweep starts from: the settings of the next run. */
  private get sweepConditions(): SweepConditions | null {
    const { dataset } = this.data;
    const { heldOutDomain, head, seed, groupBy, shape, knobs, steps } = this.settings;
    return dataset && this.training.ready ? { datasetId: dataset.id, datasetName: dataset.name, heldOutDomain, head, seed, groupBy, shape, knobs, steps } : null;
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
