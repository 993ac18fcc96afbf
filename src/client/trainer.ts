import { proxy, transfer, type Remote } from 'comlink';
import { buffersOf, packDataset } from '../protocol/packed-dataset.ts';
import type { TrainerApi, TrainerWire } from '../protocol/trainer.ts';

/** The typed handle on the training worker's runs. @param remote as Comlink wraps it */
export function trainerHandle(remote: Pick<Remote<TrainerWire>, keyof TrainerWire>): TrainerApi {
  return {
    start: (choice) => remote.start(choice),
    listen: (listener) => remote.listen(proxy(listener)),
    setData: async (dataset, features) => {
      const packed = await packDataset(dataset);
      return remote.setData(transfer(packed, buffersOf(packed)), transfer(features, [features.buffer as ArrayBuffer]));
    },
    newRun: (request) => remote.newRun(request),
    openRun: (runId) => remote.openRun(runId),
    train: () => remote.train(),
    pause: () => remote.pause(),
    save: () => remote.save(),
    stepOnce: () => remote.stepOnce(),
    change: (branch, knob, value) => remote.change(branch, knob, value),
    addVariants: (runId, part) => remote.addVariants(runId, transfer(part, [part.source.buffer as ArrayBuffer, part.has.buffer as ArrayBuffer, part.features.buffer as ArrayBuffer])),
    fork: (branch) => remote.fork(branch),
    renameBranch: (branch, name) => remote.renameBranch(branch, name),
    deleteBranch: (branch) => remote.deleteBranch(branch),
    reveal: (branch) => remote.reveal(branch),
    slices: (branch, part) => remote.slices(branch, part),
    counts: () => remote.counts(),
    forgetCounts: () => remote.forgetCounts(),
    setPace: (stepsPerSecond) => remote.setPace(stepsPerSecond),
    predict: (branch, embedding) => remote.predict(branch, embedding),
  };
}
