import { CONFIGURATIONS } from '../core/configurations.ts';
import type { TableCell } from '../core/domain-table.ts';
import type { TableWave } from '../core/domain-table-plan.ts';
import type { TableProgress } from '../protocol/domain-table.ts';

/** Time between two reports to the page. */
const REPORT_EVERY_MS = 200;
/** A speed measured over less than this tells little. */
const MEASURED_MS = 1000;

/** How far a table is, and how long the rest will take at the speed so far. */
export class TableReporter {
  private readonly beganMs: number;
  private reportedMs = -Infinity;
  private headSteps = 0;
  private doing = '';
  private newCells: TableCell[] = [];

  constructor(
    private readonly send: (progress: TableProgress) => void,
    private readonly nowMs: () => number,
    private readonly steps: number,
    private readonly trainings: number,
    private readonly doneBefore: number,
    private readonly storageProblem: () => string | null,
  ) {
    this.beganMs = nowMs();
  }

  begin({ domains, seed, methods }: TableWave): void {
    this.doing = `Seed ${seed}: training ${methods.length * CONFIGURATIONS} heads without ${domains.map((name) => `“${name}”`).join(' and ')}`;
  }

  compare(): void {
    this.doing = 'Comparing the objectives';
    this.report();
  }

  worked(headSteps: number): void {
    this.headSteps += headSteps;
    if (this.nowMs() - this.reportedMs >= REPORT_EVERY_MS) this.report();
  }

  finished(cells: readonly TableCell[]): void {
    this.newCells.push(...cells);
    this.report();
  }

  private report(): void {
    this.reportedMs = this.nowMs();
    const elapsedMs = this.reportedMs - this.beganMs;
    const headStepsPerSecond = elapsedMs >= MEASURED_MS && this.headSteps > 0 ? (1000 * this.headSteps) / elapsedMs : null;
    const trainingsDone = this.doneBefore + this.headSteps / this.steps;
    const stepsLeft = (this.trainings - trainingsDone) * this.steps;
    this.send({
      trainings: this.trainings,
      trainingsDone,
      doing: this.doing,
      secondsLeft: headStepsPerSecond === null ? null : stepsLeft / headStepsPerSecond,
      headStepsPerSecond,
      newCells: this.newCells,
      storageProblem: this.storageProblem(),
    });
    this.newCells = [];
  }
}
