import * as v from 'valibot';
import { CHOICES, DEFAULT_KNOBS, SLIDERS, SWITCHES, type KnobValues, type SliderKnob } from '../core/knobs.ts';
import { upgradedKnobs, type OldKnobValues } from '../core/old-knobs.ts';
import { MAX_SEED, MAX_SEEDS, MAX_STEPS } from '../core/run-record.ts';
import { DEFAULT_SHAPE, shapeProblem } from '../core/shape.ts';
import type { Settings } from '../protocol/encoder.ts';

const within = ({ min, max, only }: SliderKnob) => (only ? v.picklist(only) : v.pipe(v.number(), v.minValue(min), v.maxValue(max)));
/** A knob that did not exist when the settings were written is at its default. */
const entries = {
  ...Object.fromEntries(Object.values(SLIDERS).map((knob) => [knob.name, v.optional(within(knob), DEFAULT_KNOBS[knob.name])])),
  ...Object.fromEntries(Object.values(SWITCHES).map((knob) => [knob.name, v.optional(v.boolean(), DEFAULT_KNOBS[knob.name])])),
  ...Object.fromEntries(Object.values(CHOICES).map((knob) => [knob.name, v.optional(v.picklist(knob.options.map(({ value }) => value)), DEFAULT_KNOBS[knob.name])])),
};
/** Whatever page wrote them. What `upgradedKnobs` lets through is checked after. */
const knobs = v.pipe(v.record(v.string(), v.unknown()), v.transform((written) => upgradedKnobs(written as OldKnobValues)), v.object(entries));
const shape = v.pipe(
  v.object({
    examplesPerClass: v.nullable(v.number()),
    labelNoise: v.number(),
    noiseInValidation: v.boolean(),
    classImbalance: v.number(),
    domainImbalance: v.number(),
    validationShare: v.number(),
  }),
  v.check((values) => shapeProblem(values) === null),
);
const width = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024));

/** Settings as read back from storage, which an older or newer page may have written. */
export const settingsSchema: v.GenericSchema<unknown, Settings> = v.object({
  datasetId: v.string(),
  heldOutDomain: v.string(),
  head: v.variant('kind', [v.object({ kind: v.literal('linear') }), v.object({ kind: v.literal('hidden'), width }), v.object({ kind: v.literal('two-hidden'), width })]),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_SEED)),
  seeds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_SEEDS)), 1),
  groupBy: v.optional(v.picklist(['domain', 'group']), 'domain'),
  shape: v.optional(shape, DEFAULT_SHAPE),
  steps: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_STEPS)),
  knobs: knobs as unknown as v.GenericSchema<unknown, KnobValues>,
  runId: v.string(),
});
