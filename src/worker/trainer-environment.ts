import type { TrainerEngine } from '../engine/trainer-engine.ts';
import type { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice } from '../protocol/progress.ts';
import type { RunKeeper } from './run-keeper.ts';

/** What the training service needs from outside: the device, the clock, names for runs. */
export interface TrainerEnvironment {
  readonly encoderVersion: string;
  startEngine(choice: BackendChoice): Promise<TrainerEngine>;
  nowMs(): number;
  newRunId(): string;
  keeper(report: (error: HeldoutError) => void): RunKeeper;
}
