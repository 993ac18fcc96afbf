import { expect, test } from 'vitest';
import { connectTrainer } from '../../src/client/trainer.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { HeldoutError } from '../../src/protocol/errors.ts';
import { EventLog, joinChunks } from '../support/trainer-events.ts';
import { stepsOf } from '../support/runs.ts';
import { toyData } from '../support/training-data.ts';

test('the training worker starts on WebAssembly, trains, reports, and its errors arrive whole', async () => {
  const toy = toyData();
  const trainer = connectTrainer();
  const events = new EventLog();
  expect(await trainer.start('wasm')).toEqual({ name: 'wasm', reason: 'WebAssembly was chosen.', adapter: '' });
  await trainer.listen((event) => events.add(event));
  await trainer.setData(toy.dataset, toy.features.slice());
  const request = { heldOutDomain: 'domain 2', head: { kind: 'linear' }, seed: 1, knobs: { ...DEFAULT_KNOBS, batchSize: 4 }, steps: 20 } as const;

  const refused = trainer.newRun({ ...request, heldOutDomain: 'the moon' });
  await expect(refused).rejects.toBeInstanceOf(HeldoutError);
  await expect(refused).rejects.toMatchObject({ code: 'bad-input' });

  expect(await trainer.newRun(request)).toMatchObject({ step: 0, split: { labels: ['class 0', 'class 1'] } });
  const ended = events.stopped();
  await trainer.train();
  expect(await ended).toMatchObject({ step: 20, record: { backends: [{ step: 0, backend: 'wasm' }] } });
  expect(stepsOf(joinChunks(events.progress))).toEqual([0, 10, 20]);
  const prediction = await trainer.predict(toy.features.slice(0, 16));
  expect((prediction?.[0] ?? 0) + (prediction?.[1] ?? 0)).toBeCloseTo(1, 12);
});
