import { proxy, transfer, type Remote } from 'comlink';
import type { TrainerApi } from '../protocol/trainer.ts';

/** The typed handle on the training worker's runs. @param remote as Comlink wraps it */
export function trainerHandle(remote: Pick<Remote<TrainerApi>, keyof TrainerApi>): TrainerApi {
  return {
    start: (choice) => remote.start(choice),
    listen: (listener) => remote.listen(proxy(listener)),
    setData: (dataset, features) => remote.setData(dataset, transfer(features, [features.buffer as ArrayBuffer])),
    newRun: (request) => remote.newRun(request),
    openRun: (runId) => remote.openRun(runId),
    train: () => remote.train(),
    pause: () => remote.pause(),
    stepOnce: () => remote.stepOnce(),
    change: (branch, knob, value) => remote.change(branch, knob, value),
    fork: (branch) => remote.fork(branch),
    renameBranch: (branch, name) => remote.renameBranch(branch, name),
    deleteBranch: (branch) => remote.deleteBranch(branch),
    reveal: (branch) => remote.reveal(branch),
    counts: () => remote.counts(),
    setPace: (stepsPerSecond) => remote.setPace(stepsPerSecond),
    predict: (branch, embedding) => remote.predict(branch, embedding),
  };
}
