import { METHODS, methodProblem, type Method } from '../core/configurations.ts';
import { DEFAULT_TABLE_SEEDS, DEFAULT_TABLE_STEPS, sameRequest, type DomainTable, type TableRequest } from '../core/domain-table.ts';
import type { Dataset } from '../core/examples.ts';
import type { HeadSpec } from '../core/run-record.ts';
import { heldOutChoices } from '../core/splits.ts';
import type { DomainTableApi, TablePlan, TableProgress } from '../protocol/domain-table.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { Notices } from './notices.svelte.ts';

/** The leave-one-domain-out table of the current data: what is asked for, how far it is, what came out. */
export class DomainTableState {
  head = $state.raw<HeadSpec>({ kind: 'hidden', width: 64 });
  steps = $state(DEFAULT_TABLE_STEPS);
  seeds = $state(DEFAULT_TABLE_SEEDS);
  leaveOneOut = $state(true);
  chosen = $state.raw<readonly Method[]>(METHODS);
  /** Whether the user has said that the sealed halves may be revealed. */
  agreed = $state(false);

  /** What the settings would take; null while that is being found out, or impossible. */
  plan = $state.raw<TablePlan | null>(null);
  /** Why they are impossible; empty when they are not. */
  planProblem = $state('');
  table = $state.raw<DomainTable | null>(null);
  progress = $state.raw<TableProgress | null>(null);
  running = $state(false);
  private headStepsPerSecond = $state<number | null>(null);

  private dataset = $state.raw<Dataset | null>(null);
  private planning = 0;
  private shown = 0;
  private saidUnsaved = false;

  /** Each objective, and why it cannot be trained on this data by this head. */
  readonly methods = $derived.by(() => {
    const { dataset } = this;
    const trainDomains = dataset?.hasDomains ? heldOutChoices(dataset).length - 1 : 1;
    return METHODS.map((method) => ({ method, problem: methodProblem(method, this.head.kind !== 'linear', trainDomains) }));
  });

  readonly request = $derived<TableRequest>({
    head: this.head,
    steps: this.steps,
    seeds: this.seeds,
    methods: this.methods.filter(({ method, problem }) => problem === null && this.chosen.includes(method)).map(({ method }) => method),
    leaveOneOut: this.leaveOneOut,
  });

  /** Held-out domains whose sealed half the table reveals. */
  readonly revealed = $derived((this.plan?.domains ?? []).filter(({ problem }) => problem === null).map(({ name }) => name));
  readonly trainingsLeft = $derived(this.plan ? this.plan.trainings - this.plan.trainingsDone : 0);
  /** Whether what is asked for is all there, and shown. */
  readonly finished = $derived(this.plan !== null && this.trainingsLeft === 0 && this.table !== null && this.table.best !== null && sameRequest(this.table.request, this.request));
  /** Seconds that a run would take at the speed measured last; null before any was. */
  readonly estimateSeconds = $derived(this.headStepsPerSecond === null ? null : (this.trainingsLeft * this.steps) / this.headStepsPerSecond);

  constructor(
    private readonly api: DomainTableApi,
    private readonly notices: Notices,
  ) {}

  /** Shows what is kept of a data set's table. Called again for the same data, it does nothing. */
  async open(dataset: Dataset): Promise<void> {
    if (this.dataset?.id === dataset.id) return;
    this.dataset = dataset;
    await this.show(dataset);
  }

  /** Shows anew what is kept of the table: some of it has been deleted. */
  async reopen(): Promise<void> {
    if (this.dataset) await this.show(this.dataset);
  }

  /** Changes what is asked for. */
  async ask(changed: Partial<TableRequest>): Promise<void> {
    const { methods, ...rest } = changed;
    Object.assign(this, rest);
    if (methods) this.chosen = methods;
    await this.refreshPlan();
  }

  async toggleMethod(method: Method, wanted: boolean): Promise<void> {
    await this.ask({ methods: METHODS.filter((each) => (each === method ? wanted : this.chosen.includes(each))) });
  }

  /** Trains what is missing. Does nothing before the user has agreed. */
  async run(): Promise<void> {
    const { request, plan, dataset } = this;
    if (this.running || !this.agreed || !plan || !dataset) return;
    this.running = true;
    this.table = { datasetId: dataset.id, datasetName: dataset.name, request, domains: plan.domains, cells: [], best: null };
    try {
      const table = await this.api.run(request, (progress) => this.receive(dataset, progress));
      if (this.dataset?.id === dataset.id) this.table = table;
    } catch (error) {
      this.notices.error(error);
    } finally {
      this.running = false;
      this.progress = null;
    }
    await this.refreshPlan();
  }

  async cancel(): Promise<void> {
    await this.api.cancel().catch((error: unknown) => this.notices.error(error));
  }

  private async show(dataset: Dataset): Promise<void> {
    const asked = ++this.shown;
    this.table = this.plan = this.progress = null;
    this.agreed = false;
    try {
      const kept = await this.api.load(dataset.id);
      if (asked !== this.shown) return;
      if (kept && kept.cells.length > 0) {
        this.table = kept;
        this.agreed = true; // the kept cells have revealed them
        const { head, steps, seeds, methods, leaveOneOut } = kept.request;
        Object.assign(this, { head, steps, seeds, leaveOneOut, chosen: methods });
      }
      await this.refreshPlan();
    } catch (error) {
      this.planProblem = messageOf(error);
    }
  }

  private receive(dataset: Dataset, progress: TableProgress): void {
    if (this.dataset?.id !== dataset.id || !this.table) return;
    this.progress = progress;
    if (progress.newCells.length > 0) this.table = { ...this.table, cells: [...this.table.cells, ...progress.newCells] };
    if (progress.headStepsPerSecond !== null) this.headStepsPerSecond = progress.headStepsPerSecond;
    if (progress.storageProblem !== null && !this.saidUnsaved) {
      this.saidUnsaved = true;
      this.notices.problem(progress.storageProblem, '');
    }
  }

  /** Of several asked for at once, the last one counts. */
  private async refreshPlan(): Promise<void> {
    const asked = ++this.planning;
    try {
      const plan = await this.api.plan(this.request);
      if (asked !== this.planning) return;
      this.plan = plan;
      this.planProblem = '';
    } catch (error) {
      if (asked !== this.planning) return;
      this.plan = null;
      this.planProblem = messageOf(error);
    }
  }
}

function messageOf(error: unknown): string {
  if (error instanceof HeldoutError) return `${error.message} ${error.remedy}`.trim();
  return error instanceof Error ? error.message : String(error);
}
