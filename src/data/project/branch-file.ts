import * as v from 'valibot';
import type { SeedCurve } from '../../core/bands.ts';
import { CURVE_COLUMNS, PARTS, curveLength } from '../../core/curve.ts';
import { MAX_BRANCHES, MAX_STEPS, seedsOf } from '../../core/run-record.ts';
import { DataError } from '../errors.ts';
import type { ProjectBranch } from './contents.ts';
import { NewerRecord, RECORD_VERSION, checkedRecord } from './record-check.ts';

/** `runs/<id>.json`: a branch without its weights. */

/** Names of a curve's columns, in order. */
const COLUMNS = ['step', ...PARTS.flatMap((part) => [`${part}.correct`, `${part}.lossMean`, `${part}.lossVariance`])];

/** Doubles that JSON has no number for, or does not tell from another. */
const SPECIAL: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

const rows = v.pipe(v.number(), v.integer(), v.minValue(0));
const double = v.union([v.number(), v.picklist(Object.keys(SPECIAL))]);
const branchSchema = v.object({
  runId: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
  order: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_BRANCHES - 1)),
  name: v.pipe(v.string(), v.maxLength(1000)),
  savedAt: v.pipe(v.number(), v.minValue(0)),
  record: v.unknown(),
  columns: v.pipe(v.array(v.string()), v.check((names) => names.join() === COLUMNS.join(), `The columns must be ${COLUMNS.join(', ')}`)),
  heads: v.array(
    v.object({
      seed: v.number(),
      sizes: v.object({ train: rows, validation: rows, heldOut: rows }),
      evaluations: v.pipe(v.array(v.pipe(v.array(double), v.length(CURVE_COLUMNS))), v.maxLength(MAX_STEPS + 1)),
    }),
  ),
});

export function writeBranch({ record, runId, order, name, heads, savedAt }: Omit<ProjectBranch, 'checkpoints'>): string {
  const seeds = seedsOf(record);
  const written = heads.map(({ curve, sizes }, s) => ({
    seed: seeds[s],
    sizes,
    evaluations: Array.from({ length: curveLength(curve) }, (_, i) => Array.from(curve.subarray(i * CURVE_COLUMNS, (i + 1) * CURVE_COLUMNS), written64)),
  }));
  return JSON.stringify({ runId, order, name, savedAt, record, columns: COLUMNS, heads: written });
}

/** @param file for messages. @throws DataError naming the file when it is malformed, out of range or newer than this page */
export function readBranch(json: string, file: string): Omit<ProjectBranch, 'checkpoints'> {
  const remedy = 'The file is damaged, or was changed by hand: get it again from where it came from. Nothing was changed here.';
  const broken = (why: string): DataError => new DataError('bad-file', `${file} cannot be read. ${why}`, remedy, { file });
  try {
    const checked = v.safeParse(branchSchema, JSON.parse(json));
    if (!checked.success) throw broken(`${v.getDotPath(checked.issues[0]) ?? 'It'}: ${checked.issues[0].message}.`);
    const { record: raw, heads, ...rest } = checked.output;
    const record = checkedRecord(raw);
    const seeds = seedsOf(record);
    if (heads.length !== seeds.length || heads.some(({ seed }, s) => seed !== seeds[s])) throw broken('Its heads are not those of the record’s seeds.');
    return { runId: rest.runId, order: rest.order, name: rest.name, savedAt: rest.savedAt, record, heads: heads.map(readHead) };
  } catch (error) {
    if (error instanceof NewerRecord) {
      throw new DataError(
        'bad-file',
        `${file} was saved by a newer version of this page: its run record has ${error.message}, and this page reads up to ${RECORD_VERSION}.`,
        'Reload this page to get its newest version, then open the file again.',
        { file },
      );
    }
    throw error instanceof RangeError || error instanceof SyntaxError ? broken(error.message) : error;
  }
}

function readHead({ sizes, evaluations }: v.InferOutput<typeof branchSchema>['heads'][number]): SeedCurve {
  const curve = Float64Array.from(evaluations.flat(), (value) => (typeof value === 'string' ? (SPECIAL[value] as number) : value));
  let before = -1;
  for (let at = 0; at < curve.length; at += CURVE_COLUMNS) {
    const step = curve[at] as number;
    if (!Number.isInteger(step) || step <= before || step > MAX_STEPS) throw new RangeError(`A curve goes from step ${before} to ${step}.`);
    before = step;
    PARTS.forEach((part, i) => {
      const correct = curve[at + 1 + 3 * i] as number;
      if (!(Number.isInteger(correct) && correct >= 0 && correct <= sizes[part])) throw new RangeError(`At step ${step}, ${correct} of ${sizes[part]} rows are said to be right.`);
    });
  }
  return { sizes, curve };
}

function written64(value: number): number | string {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value);
}
