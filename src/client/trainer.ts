import { proxy, transfer, wrap } from 'comlink';
import type { TrainerApi } from '../protocol/trainer.ts';
import { carryErrors } from '../protocol/wire.ts';

/** Starts the training worker and gives its typed handle. */
export function connectTrainer(): TrainerApi {
  carryErrors();
  const remote = wrap<TrainerApi>(new Worker(new URL('../worker/trainer.ts', import.meta.url), { type: 'module', name: 'trainer' }));
  return {
    start: (choice) => remote.start(choice),
    listen: (listener) => remote.listen(proxy(listener)),
    setData: (dataset, features) => remote.setData(dataset, transfer(features, [features.buffer as ArrayBuffer])),
    newRun: (request) => remote.newRun(request),
    openRun: (runId) => remote.openRun(runId),
    train: () => remote.train(),
    pause: () => remote.pause(),
    stepOnce: () => remote.stepOnce(),
    change: (knob, value) => remote.change(knob, value),
    setPace: (stepsPerSecond) => remote.setPace(stepsPerSecond),
    predict: (embedding) => remote.predict(embedding),
  };
}
