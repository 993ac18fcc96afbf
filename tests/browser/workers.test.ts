import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { expect, test } from 'vitest';
import { connectTraining } from '../../src/client/training.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { HeldoutError } from '../../src/protocol/errors.ts';
import { EventLog, joinChunks } from '../support/trainer-events.ts';
import { stepsOf } from '../support/runs.ts';
import { toyData } from '../support/training-data.ts';

test('the training worker starts on WebAssembly, trains, reports, and its errors arrive whole', async () => {
  const toy = toyData();
  const { trainer } = connectTraining();
  const events = new EventLog();
  expect(await trainer.start('wasm')).toEqual({ name: 'wasm', reason: expect.stringContaining('WebAssembly') as string, adapter: '' });
  await trainer.listen((event) => events.add(event));
  await trainer.setData(toy.dataset, toy.features.slice());
  const request = { heldOutDomain: 'domain 2', head: { kind: 'linear' }, seed: 1, seeds: 2, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: { ...DEFAULT_KNOBS, batchSize: 4 }, steps: 20 } as const;

  const refused = trainer.newRun({ ...request, heldOutDomain: 'the moon' });
  await expect(refused).rejects.toBeInstanceOf(HeldoutError);
  await expect(refused).rejects.toMatchObject({ code: 'bad-input' });

  const { branches } = await trainer.newRun(request);
  expect(branches).toMatchObject([{ step: 0, heads: [{}, {}] }]);
  const { id } = branches[0]?.record ?? expect.fail('no branch');
  const ended = events.stopped();
  await trainer.train();
  expect(await ended).toMatchObject({ step: 20, record: { backends: [{ step: 0, backend: 'wasm' }] } });
  expect(stepsOf(joinChunks(events.progress))).toEqual([0, 10, 20]);
  const prediction = await trainer.predict(id, toy.features.slice(0, 16));
  expect((prediction?.[0] ?? 0) + (prediction?.[1] ?? 0)).toBeCloseTo(1, 12);
});
