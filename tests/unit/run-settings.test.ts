import { describe, expect, test } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { DEFAULT_STEPS } from '../../src/core/run-record.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import type { RunRequest } from '../../src/protocol/trainer.ts';
import { BranchState } from '../../src/state/branch-state.svelte.ts';
import { RunSettings } from '../../src/state/run-settings.svelte.ts';
import { RunState } from '../../src/state/run-state.svelte.ts';
import { datasetOf } from '../support/quality-data.ts';
import { newRecord } from '../support/runs.ts';

const PLAIN = datasetOf([{ text: 'good soup', label: 'good', domain: 'web' }, { text: 'bad soup', label: 'bad', domain: 'mail' }]);
const GROUPED = datasetOf(PLAIN.examples.map((example) => ({ ...example, group: example.label })));
const KEPT: RunRequest = { heldOutDomain: 'web', head: { kind: 'linear' }, seed: 7, seeds: 3, groupBy: 'group', shape: { ...DEFAULT_SHAPE, labelNoise: 0.1 }, knobs: { ...DEFAULT_KNOBS, l2: true }, steps: 50 };

function settings(): { readonly run: RunState; readonly settings: RunSettings } {
  const run = new RunState();
  return { run, settings: new RunSettings(run) };
}

describe('the settings of a run', () => {
  test('are the defaults before there is one, then those of the run, its knobs as they are by now', () => {
    const { run, settings: own } = settings();
    expect(own.request).toEqual({ heldOutDomain: '', head: { kind: 'hidden', width: 64 }, seed: 1, seeds: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: DEFAULT_KNOBS, steps: DEFAULT_STEPS });
    const record = newRecord({ ...KEPT, initialKnobs: KEPT.knobs, initialSteps: KEPT.steps, log: [{ step: 9, knob: 'dropout', value: true }] });
    run.selected = new BranchState({ record, name: '', step: 10, heads: [] });
    own.follow(record);
    expect(own.request).toEqual({ ...KEPT, knobs: { ...KEPT.knobs, dropout: true } });
  });

  test('go over to other data, but for the held-out domain', () => {
    const { settings: own } = settings();
    own.follow(newRecord({ ...KEPT }));
    expect(own.requestOn(GROUPED, 'mail', null)).toEqual({ ...own.request, heldOutDomain: 'mail' });
  });

  test('of another time keep their held-out domain where the data has it', () => {
    const { settings: own } = settings();
    expect(own.requestOn(GROUPED, 'mail', KEPT)).toEqual(KEPT);
    expect(own.requestOn(GROUPED, 'mail', { ...KEPT, heldOutDomain: 'the moon' })).toEqual({ ...KEPT, heldOutDomain: 'mail' });
  });

  test('go by domains where the data has no group column', () => {
    const { settings: own } = settings();
    expect(own.requestOn(PLAIN, 'mail', KEPT)).toEqual({ ...KEPT, groupBy: 'domain' });
  });
});
