import { flushSync, mount, unmount } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { breathe } from '../../src/core/breathe.ts';
import type { SeedCurve } from '../../src/core/bands.ts';
import { CURVE_COLUMNS } from '../../src/core/curve.ts';
import type { ChartRun } from '../../src/ui/curves/chart-data.ts';
import CurveChart from '../../src/ui/curves/CurveChart.svelte';
import '../../src/ui/tokens.css';
import '../../src/ui/base.css';

/** A chart whose runs change faster than it is drawn. */

const TURNS = 10;
const drawn = new SvelteMap<'runs', readonly ChartRun[]>();
const errors: unknown[] = [];
const note = (event: PromiseRejectionEvent | ErrorEvent): void => void errors.push('reason' in event ? event.reason : event.error);
let chart: Record<string, unknown>;

beforeEach(async () => {
  errors.length = 0;
  addEventListener('error', note);
  addEventListener('unhandledrejection', note);
  show(run('selected', 0.9));
  const props = { metric: 'loss' as const, title: 'Loss', marks: [], totalSteps: 20, onhover: () => undefined, get runs() { return drawn.get('runs') ?? []; } };
  chart = mount(CurveChart, { target: document.body, props });
  flushSync();
  await turns();
});

afterEach(async () => {
  await unmount(chart);
  removeEventListener('error', note);
  removeEventListener('unhandledrejection', note);
});

/** A run scored at steps 0, 10 and 20. @param first its loss at the beginning, in nats */
function run(kind: ChartRun['kind'], first: number): ChartRun {
  const curve = Float64Array.from({ length: 3 * CURVE_COLUMNS }, (_, i) => (i % CURVE_COLUMNS === 0 ? (10 * i) / CURVE_COLUMNS : first / (1 + i / CURVE_COLUMNS)));
  const head: SeedCurve = { curve, sizes: { train: 9, validation: 9, heldOut: 9 } };
  return { kind, letter: '', heads: [head] };
}

function show(...runs: readonly ChartRun[]): void {
  drawn.set('runs', runs);
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await breathe();
}

const picture = (): string => document.querySelector('canvas')?.toDataURL() ?? expect.fail('no chart');

test('new scores, and right after them a run more or less, are drawn without an error', async () => {
  const first = picture();
  show(run('selected', 0.5));
  flushSync();
  show(run('selected', 0.5), run('previous', 0.9));
  flushSync();
  await turns();
  const both = picture();
  expect(both).not.toBe(first);
  show(run('selected', 0.7), run('previous', 0.9));
  flushSync();
  show(run('selected', 0.9));
  flushSync();
  await turns();
  expect(picture()).toBe(first);
  expect(document.querySelectorAll('canvas')).toHaveLength(1);
  expect(errors).toEqual([]);
});
