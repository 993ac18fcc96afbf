import * as v from 'valibot';
import { TEXT_KINDS, TEXT_STRENGTHS } from '../../core/augment/kinds.ts';
import { DEFAULT_KNOBS, checkKnob, type KnobName, type KnobValue, type KnobValues } from '../../core/knobs.ts';
import { MAX_SEED, MAX_SEEDS, MAX_STEPS, checkHead, checkSteps, upgradeRecord, type RunRecord } from '../../core/run-record.ts';
import { checkShape } from '../../core/shape.ts';

/** Run records as they come out of a file, which anyone may have written. */

export const RECORD_VERSION = 3;

const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const step = whole(0, MAX_STEPS);
const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));
const knobValue = v.union([v.number(), v.boolean(), v.string()]);

/** What `upgradeRecord` relies on. */
const anyVersion = v.looseObject({
  version: whole(1, RECORD_VERSION),
  initialKnobs: v.record(v.string(), knobValue),
  log: v.pipe(v.array(v.object({ step, knob: v.string(), value: knobValue })), v.maxLength(100_000)),
});

const today = v.object({
  version: v.literal(RECORD_VERSION),
  id,
  datasetId: id,
  encoderVersion: id,
  featuresHash: v.pipe(v.string(), v.regex(/^([0-9a-f]{16})?$/u)),
  heldOutDomain: v.string(),
  head: v.variant('kind', [
    v.object({ kind: v.literal('linear') }),
    v.object({ kind: v.literal('hidden'), width: v.number() }),
    v.object({ kind: v.literal('two-hidden'), width: v.number() }),
  ]),
  seeds: whole(1, MAX_SEEDS),
  seed: whole(0, MAX_SEED),
  groupBy: v.picklist(['domain', 'group']),
  shape: v.object({
    examplesPerClass: v.nullable(v.number()),
    labelNoise: v.number(),
    noiseInValidation: v.boolean(),
    classImbalance: v.number(),
    domainImbalance: v.number(),
    validationShare: v.number(),
  }),
  initialKnobs: v.record(v.string(), knobValue),
  initialSteps: whole(1, MAX_STEPS),
  evaluateEvery: whole(1, MAX_STEPS),
  log: v.array(v.object({ step, knob: v.string(), value: knobValue })),
  variantJoins: v.pipe(v.array(v.object({ step, kind: v.picklist(TEXT_KINDS), strength: v.picklist(TEXT_STRENGTHS), count: whole(1, 1_000_000) })), v.maxLength(100_000)),
  backends: v.pipe(v.array(v.object({ step, backend: v.pipe(v.string(), v.maxLength(40)) })), v.maxLength(100_000)),
  fork: v.nullable(v.object({ from: id, step })),
});

/** A record of a version that this page does not know. */
export class NewerRecord extends Error {}

/**
 * @returns the record as one of today's, every value within its range
 * @throws RangeError saying what is wrong; NewerRecord
 */
export function checkedRecord(raw: unknown): RunRecord {
  if (v.is(v.object({ version: v.pipe(v.number(), v.minValue(RECORD_VERSION + 1)) }), raw)) throw new NewerRecord(`version ${raw.version}`);
  const upgraded: unknown = upgradeRecord(parse(anyVersion, raw) as unknown as RunRecord);
  const record = parse(today, upgraded);
  checkHead(record.head);
  checkShape(record.shape);
  inOrder('log', record.log);
  inOrder('variantJoins', record.variantJoins);
  inOrder('backends', record.backends);
  for (const { knob, value } of record.log) {
    if (knob === 'steps') checkSteps(value as number);
    else checkKnob(knobName(knob), value);
  }
  return { ...record, initialKnobs: checkedKnobs(record.initialKnobs) } as RunRecord;
}

/** A knob that did not exist when the record was written is at its default, which is off. */
function checkedKnobs(written: Readonly<Record<string, KnobValue>>): KnobValues {
  for (const [name, value] of Object.entries(written)) checkKnob(knobName(name), value);
  return { ...DEFAULT_KNOBS, ...written };
}

function knobName(name: string): KnobName {
  if (!Object.hasOwn(DEFAULT_KNOBS, name)) throw new RangeError(`It turns a knob “${name}” that this page does not have.`);
  return name as KnobName;
}

function inOrder(name: string, entries: readonly { readonly step: number }[]): void {
  if (entries.some((entry, i) => i > 0 && entry.step < (entries[i - 1]?.step ?? 0))) throw new RangeError(`The steps of ${name} are not in order.`);
}

function parse<T>(schema: v.GenericSchema<unknown, T>, raw: unknown): T {
  const checked = v.safeParse(schema, raw);
  if (!checked.success) throw new RangeError(`${v.getDotPath(checked.issues[0]) ?? 'The record'}: ${checked.issues[0].message}.`);
  return checked.output;
}
