import type { Checkpoint } from '../../src/core/checkpoint.ts';
import type { PartSizes } from '../../src/core/curve.ts';
import type { KnobChange, RunRecord } from '../../src/core/run-record.ts';
import type { RunRequest, RunSnapshot, TrainerApi } from '../../src/protocol/trainer.ts';
import type { Storage } from '../../src/storage/storage.ts';

/** A snapshot with what it says of the first head of the first branch beside it. */
export interface FirstSnapshot extends RunSnapshot {
  readonly record: RunRecord;
  readonly step: number;
  readonly curve: Float64Array;
  readonly sizes: PartSizes;
}

function first(snapshot: RunSnapshot): FirstSnapshot {
  const [branch] = snapshot.branches;
  const [head] = branch?.heads ?? [];
  if (!branch || !head) throw new Error('The snapshot has no branch.');
  return { ...snapshot, record: branch.record, step: branch.step, curve: head.curve, sizes: head.sizes };
}

/** The training service as a run of one branch and one head sees it: its commands are about the run that was started last. */
export class FirstBranch {
  private current = '';

  constructor(private readonly api: TrainerApi) {}

  async newRun(request: RunRequest): Promise<FirstSnapshot> {
    const snapshot = first(await this.api.newRun(request));
    this.current = snapshot.record.id;
    return snapshot;
  }

  async openRun(runId: string): Promise<FirstSnapshot | null> {
    const snapshot = await this.api.openRun(runId);
    if (snapshot) this.current = snapshot.branches[0]?.record.id ?? '';
    return snapshot && first(snapshot);
  }

  change(knob: KnobChange['knob'], value: KnobChange['value']): Promise<RunRecord> {
    return this.api.change(this.current, knob, value);
  }

  predict(embedding: Float32Array): Promise<readonly number[] | null> {
    return this.api.predict(this.current, embedding);
  }

  readonly setData: TrainerApi['setData'] = (dataset, features) => this.api.setData(dataset, features);
  readonly train = (): Promise<void> => this.api.train();
  readonly pause = (): Promise<void> => this.api.pause();
  readonly stepOnce = (): Promise<void> => this.api.stepOnce();
  readonly setPace: TrainerApi['setPace'] = (stepsPerSecond) => this.api.setPace(stepsPerSecond);
}

/** What is stored of the first head of a run's first branch. */
export async function storedFirst(storage: Storage, runId: string): Promise<{ record: RunRecord; curve: Float64Array; checkpoint: Checkpoint } | undefined> {
  const [branch] = await storage.runs.loadRun(runId);
  const [head] = branch?.heads ?? [];
  const [checkpoint] = branch?.checkpoints ?? [];
  return branch && head && checkpoint && { record: branch.record, curve: head.curve, checkpoint };
}
