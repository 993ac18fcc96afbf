import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Notices } from '../../src/state/notices.svelte.ts';
import { DATA_IS_SLOW, tellIfSlow, trainingIsSlow } from '../../src/state/slow-start.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A worker that answers when the test says so. */
function waiting() {
  const notices = new Notices();
  let resolve: (answer: string) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const answer = new Promise<string>((...ends) => ([resolve, reject] = ends));
  return { notices, resolve, reject, told: tellIfSlow(answer, DATA_IS_SLOW, notices), texts: () => notices.list.map(({ kind, text, remedy }) => [kind, text, remedy]) };
}

const MESSAGE = ['info', DATA_IS_SLOW.text, DATA_IS_SLOW.remedy];

test('a worker that answers soon is not talked about', async () => {
  const { notices, resolve, told } = waiting();
  vi.advanceTimersByTime(9_000);
  resolve('here');
  expect(await told).toBe('here');
  vi.advanceTimersByTime(60_000);
  expect(notices.list).toEqual([]);
});

test('one that takes long is waited for, and the page says so until the answer comes', async () => {
  const { resolve, told, texts } = waiting();
  vi.advanceTimersByTime(10_000);
  expect(texts()).toEqual([MESSAGE]);
  vi.advanceTimersByTime(600_000);
  expect(texts()).toEqual([MESSAGE]);
  resolve('here after all');
  expect(await told).toBe('here after all');
  expect(texts()).toEqual([]);
});

test('one that fails after a while fails as it would at once, and the message goes', async () => {
  const { reject, told, texts } = waiting();
  vi.advanceTimersByTime(10_000);
  reject(new Error('no backend'));
  await expect(told).rejects.toThrow('no backend');
  expect(texts()).toEqual([]);
});

test('another backend is named only where one was asked for that may be at fault', () => {
  for (const choice of ['auto', 'webgpu'] as const) expect(trainingIsSlow(choice).remedy).toMatch(/reload the page, or add \?backend=wasm to its address/u);
  for (const choice of ['wasm', 'cpu'] as const) expect(trainingIsSlow(choice).remedy).not.toContain('backend');
});
