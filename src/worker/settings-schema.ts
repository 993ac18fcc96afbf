import * as v from 'valibot';
import { SLIDERS, SWITCHES, type KnobValues, type SliderKnob } from '../core/knobs.ts';
import { MAX_SEED, MAX_STEPS } from '../core/run-record.ts';
import type { Settings } from '../protocol/encoder.ts';

const within = ({ min, max }: SliderKnob) => v.pipe(v.number(), v.minValue(min), v.maxValue(max));
const entries = {
  ...Object.fromEntries(Object.values(SLIDERS).map((knob) => [knob.name, within(knob)])),
  ...Object.fromEntries(Object.values(SWITCHES).map((knob) => [knob.name, v.boolean()])),
};

/** Settings as read back from storage, which an older or newer page may have written. */
export const settingsSchema: v.GenericSchema<unknown, Settings> = v.object({
  datasetId: v.string(),
  heldOutDomain: v.string(),
  head: v.variant('kind', [v.object({ kind: v.literal('linear') }), v.object({ kind: v.literal('hidden'), width: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024)) })]),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_SEED)),
  steps: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_STEPS)),
  knobs: v.object(entries) as unknown as v.GenericSchema<unknown, KnobValues>,
  runId: v.string(),
});
