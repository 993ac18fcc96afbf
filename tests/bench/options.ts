import type { BackendName } from '../../src/protocol/progress.ts';

/** The parts in the order in which they run: the long one last. */
export const PART_NAMES = ['encoder', 'speed', 'roofline', 'table-time', 'objectives', 'reference', 'reviews', 'lessons', 'shortcut', 'augment', 'data', 'knobs'] as const;
export type PartName = (typeof PART_NAMES)[number];

/** What `.ci/bench.mjs` asks of the page. */
export interface BenchOptions {
  readonly parts: readonly PartName[];
  /** Absent: wasm, and all that there are in the parts that compare engines. */
  readonly backend?: BackendName;
  /** Whether the script serves the real data sets under `data/`. */
  readonly hasData: boolean;
  /** Length of each run of the parts `reviews` and `knobs`. */
  readonly steps: number;
}

/** 'table' lines are results; 'progress' lines only tell that work goes on. */
export type LineKind = 'table' | 'progress';

/** A bound that does not hold, or a part that could not finish: one line each. */
export type Missed = readonly string[];

declare global {
  interface Window {
    /** Set by the page, called by the script. */
    runBench(options: BenchOptions): Promise<Missed>;
    /** Set by the script: prints a line. */
    benchPrint(kind: LineKind, line: string): Promise<void>;
  }
}
