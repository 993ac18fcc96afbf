import type { RunRecord } from '../../src/core/run-record.ts';
import { replay } from '../../src/engine/replay.ts';
import type { RunData } from '../../src/engine/run-data.ts';
import { kernelPopulations } from './kernel.ts';

/** The curve of a record's first head, played by the kernel. */
export async function replayed(record: RunRecord, data: RunData): Promise<Float64Array> {
  return (await replay(record, data, kernelPopulations))[0] ?? new Float64Array();
}
