import { describe, expect, it } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import type { SweepConditions, SweepRequest } from '../../src/core/sweep-grid.ts';
import type { SweepCell, SweepResult } from '../../src/core/sweep-scores.ts';
import { HeldoutError } from '../../src/protocol/errors.ts';
import type { SweepApi, SweepProgress } from '../../src/protocol/sweep.ts';
import { Notices } from '../../src/state/notices.svelte.ts';
import { SweepState } from '../../src/state/sweep.svelte.ts';

const CONDITIONS: SweepConditions = { datasetId: 'd', datasetName: 'Reviews', heldOutDomain: 'hotels', head: { kind: 'linear' }, seed: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: DEFAULT_KNOBS, steps: 100 };
const CELL: SweepCell = { column: 0, row: 0, evaluations: [] };
const PROGRESS: SweepProgress = { doneSteps: 10, totalSteps: 100, leftMs: 900, cells: [CELL], looks: 4 };

interface Call {
  readonly request: SweepRequest;
  report(progress: SweepProgress): void;
  readonly end: { resolve(result: SweepResult): void; reject(error: unknown): void };
}

/** A sweep whose end is in the test's hands. */
function start(conditions: SweepConditions | null = CONDITIONS) {
  const calls: Call[] = [];
  const api: SweepApi = {
    run: (request, report) => new Promise((resolve, reject) => calls.push({ request, report, end: { resolve, reject } })),
    cancel: async () => undefined,
  };
  const notices = new Notices();
  let now = conditions;
  const sweep = new SweepState(api, notices, () => now);
  return { sweep, notices, calls, change: (changed: SweepConditions | null) => (now = changed) };
}

describe('a sweep of the page', () => {
  it('shows cells as they come, then the result', async () => {
    const { sweep, calls } = start();
    const running = sweep.start();
    const [call] = calls;
    call?.report(PROGRESS);
    expect(sweep).toMatchObject({ running: true, progress: PROGRESS, result: { cells: [CELL], looks: 4, cancelled: false } });
    const request = call?.request as SweepRequest;
    call?.end.resolve({ request, cells: [CELL, CELL], cancelled: true, looks: 5 });
    await running;
    expect(sweep).toMatchObject({ running: false, progress: null, result: { cells: [CELL, CELL], cancelled: true, looks: 5 } });
  });

  it('ignores a report that comes after the result', async () => {
    const { sweep, calls } = start();
    const running = sweep.start();
    const [call] = calls;
    call?.end.resolve({ request: call.request, cells: [CELL, CELL], cancelled: false, looks: 5 });
    await running;
    call?.report(PROGRESS);
    expect(sweep).toMatchObject({ progress: null, result: { cells: [CELL, CELL] } });
  });

  it('that fails keeps what it had, marked as cut short, and tells', async () => {
    const { sweep, calls, notices } = start();
    const running = sweep.start();
    calls[0]?.report(PROGRESS);
    calls[0]?.end.reject(new HeldoutError('no-backend', 'The sweep stopped: gone', 'Run it again.'));
    await running;
    expect(sweep).toMatchObject({ running: false, result: { cells: [CELL], cancelled: true } });
    expect(notices.list.map(({ text }) => text)).toEqual(['The sweep stopped: gone']);
  });

  it('that fails at once leaves the one before as it was', async () => {
    const { sweep, calls } = start();
    const first = sweep.start();
    calls[0]?.end.resolve({ request: calls[0].request, cells: [CELL], cancelled: false, looks: 1 });
    await first;
    const second = sweep.start();
    calls[1]?.end.reject(new HeldoutError('bad-input', 'No.', ''));
    await second;
    expect(sweep.result).toMatchObject({ cells: [CELL], cancelled: false });
  });

  it('is not started twice, nor with a problem, nor without a run', async () => {
    const { sweep, calls, change } = start();
    void sweep.start();
    void sweep.start();
    expect(calls).toHaveLength(1);
    const other = start();
    other.sweep.y = other.sweep.x;
    expect(other.sweep.problem).toBe('Choose two different knobs.');
    await other.sweep.start();
    expect(other.calls).toEqual([]);
    change(null);
    expect([sweep.request, sweep.problem]).toEqual([null, null]);
    await start(null).sweep.start();
  });

  it('tells in what the page has changed since', async () => {
    const { sweep, calls, change } = start();
    const running = sweep.start();
    calls[0]?.end.resolve({ request: calls[0].request, cells: [CELL], cancelled: false, looks: 1 });
    await running;
    expect(sweep.changes).toEqual([]);
    change({ ...CONDITIONS, seed: 2 });
    expect(sweep.changes).toEqual(['seed: 1 then, 2 now']);
  });

  it('offers the knobs in force, and those chosen that have gone out of it', () => {
    const { sweep, change } = start({ ...CONDITIONS, knobs: { ...DEFAULT_KNOBS, objective: 'vrex' } });
    expect(sweep.choices).toContain('vrexWeight');
    sweep.x = { knob: 'vrexWeight', from: 1, to: 10, positions: 3 };
    change(CONDITIONS);
    expect(sweep.choices.filter((name) => name === 'vrexWeight')).toHaveLength(1);
    expect(sweep.problem).toMatch(/^V-REx weight β does nothing/u);
  });
});
