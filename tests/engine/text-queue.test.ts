import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_KNOBS, type KnobValues } from '../../src/core/knobs.ts';
import { DEFAULT_SHAPE } from '../../src/core/shape.ts';
import { HeldoutError } from '../../src/protocol/errors.ts';
import type { VariantApi, VariantRequest } from '../../src/protocol/variants.ts';
import { Job } from '../../src/state/job.svelte.ts';
import { Notices } from '../../src/state/notices.svelte.ts';
import { RunState } from '../../src/state/run-state.svelte.ts';
import { TextQueue } from '../../src/state/text-queue.svelte.ts';
import { Storage } from '../../src/storage/storage.ts';
import { startService, type TestedService } from '../support/trainer-service.ts';
import { toyData } from '../support/training-data.ts';
import { madeUpVariants } from '../support/variants.ts';

/** The page's side of augmented texts, on the real training service; when a part is embedded, and whether, is in the test's hands. */

const toy = toyData({ rows: [60, 40, 20] });
const TOTAL = 200;
let databases = 0;
let storage: Storage;

beforeEach(() => {
  storage = new Storage(`text-queue-${++databases}`);
});

afterEach(() => storage.close());

/** Embeds made-up points, unless told to hold, which Cancel ends, or to fail. */
class MadeUp implements VariantApi {
  readonly asked: VariantRequest[] = [];
  holds = false;
  failure: Error | null = null;
  private ends = new Map<string, (error: Error) => void>();

  async embed(request: VariantRequest, job: string): ReturnType<VariantApi['embed']> {
    this.asked.push(request);
    if (this.failure) throw this.failure;
    if (this.holds) await new Promise((_, reject) => this.ends.set(job, reject));
    return { ...madeUpVariants(toy, request.kind, request.from, request.to, request.strength), storageProblem: null };
  }

  async cancel(job: string): Promise<void> {
    this.ends.get(job)?.(new HeldoutError('cancelled', 'Cancelled.', ''));
  }
}

interface Tested extends TestedService {
  readonly queue: TextQueue;
  readonly made: MadeUp;
  readonly run: RunState;
  readonly notices: Notices;
  readonly busy: Job;
  /** Entry of the data set that is open. */
  open: string;
  newRun(knobs: Partial<KnobValues>): Promise<void>;
  change(knob: keyof KnobValues, value: boolean | number): Promise<void>;
}

async function start(): Promise<Tested> {
  const service = await startService(storage);
  await service.api.setData(toy.dataset, toy.features.slice());
  const run = new RunState();
  const made = new MadeUp();
  const notices = new Notices();
  const busy = new Job(async () => undefined);
  const queue = new TextQueue(made, service.api, run, notices, { job: busy, current: () => ({ entryId: tested.open, dataset: toy.dataset }) });
  await service.api.listen((event) => {
    service.events.add(event);
    if (event.type === 'progress') run.progress(event);
  });
  const tested: Tested = {
    ...service,
    open: 'toy',
    queue,
    made,
    run,
    notices,
    busy,
    async newRun(knobs) {
      run.show(await service.api.newRun({ heldOutDomain: 'domain 2', head: { kind: 'hidden', width: 8 }, seed: 1, seeds: 1, groupBy: 'domain', shape: DEFAULT_SHAPE, knobs: { ...DEFAULT_KNOBS, batchSize: 4, ...knobs }, steps: 60 }));
      queue.begin();
    },
    async change(knob, value) {
      const branch = run.selected ?? expect.fail('no branch');
      branch.record = await service.api.change(branch.id, knob, value);
      queue.update();
    },
  };
  return tested;
}

/** The same, where texts have been asked for: a newly opened data set waits for that. */
async function startAsked(): Promise<Tested> {
  const tested = await start();
  await tested.newRun({});
  tested.queue.resume();
  return tested;
}

/** Waits until the queue has nothing more to do. */
async function rests(queue: TextQueue): Promise<void> {
  await expect.poll(() => queue.task).toBeNull();
}

const asked = ({ made }: Tested): string[] => made.asked.map(({ kind, strength, from, to }) => `${kind} ${strength}: ${from} to ${to}`);
const joins = ({ run }: Tested): string[] => (run.record?.variantJoins ?? []).map(({ step, kind, strength, count }) => `${kind} ${strength}: ${count} at ${step}`);

describe('the queue of augmented texts', () => {
  test('asks for nothing while no kind is on, and a part at a time when one is, until all have joined', async () => {
    const tested = await start();
    await tested.newRun({});
    expect(tested.made.asked).toEqual([]);
    await tested.change('textSwap', true);
    expect(tested.queue.task).toEqual({ kind: 'swap', strength: 0.1, required: null });
    await rests(tested.queue);
    expect(asked(tested)).toEqual(['swap 0.1: 0 to 64', 'swap 0.1: 64 to 128', 'swap 0.1: 128 to 192', 'swap 0.1: 192 to 256']);
    expect(tested.made.asked[0]).toMatchObject({ datasetId: 'toy', heldOutDomain: 'domain 2', seed: 1 });
    expect(tested.queue.gathered).toEqual([{ kind: 'swap', strength: 0.1, count: TOTAL, total: TOTAL, unchanged: TOTAL / 5 }]);
    expect(joins(tested)).toEqual([`swap 0.1: ${TOTAL} at 0`]);
    const swaps = { kind: 'swap', strength: 0.1 } as const;
    // Every fifth of the made-up ones is no text; which ones of the first 64 is not known any more.
    expect([TOTAL, 64, TOTAL + 1].map((count) => tested.queue.unchangedIn({ ...swaps, count }))).toEqual([TOTAL / 5, null, null]);
    expect(tested.queue.unchangedIn({ ...swaps, kind: 'ocr', count: 0 })).toBeNull();
  });

  test('asks for a kind again at another strength, and not when it is turned off and on', async () => {
    const tested = await startAsked();
    await tested.newRun({ textSwap: true });
    await rests(tested.queue);
    await tested.change('textSwap', false);
    await tested.change('textSwap', true);
    expect(tested.made.asked).toHaveLength(4);
    await tested.change('textStrength', 0.3);
    await rests(tested.queue);
    expect(joins(tested)).toEqual([`swap 0.1: ${TOTAL} at 0`, `swap 0.3: ${TOTAL} at 0`]);
  });

  test('joins a run that is training', async () => {
    const tested = await start();
    await tested.newRun({});
    const stopped = tested.events.stopped();
    const begun = tested.events.nextProgress(({ step }) => step > 0);
    await tested.change('textSwap', true);
    tested.made.holds = true;
    await tested.api.train();
    await begun;
    await stopped;
    expect(joins(tested)[0]).toMatch(/^swap 0\.1: 64 at \d+$/u);
  });

  test('stops when cancelled, with what has joined in use, and goes on where it was', async () => {
    const tested = await start();
    await tested.newRun({});
    const { queue, made } = tested;
    made.holds = true;
    await tested.change('textSwap', true);
    queue.cancel();
    await rests(queue);
    expect([queue.halted, queue.gathered, tested.notices.list]).toEqual(['cancelled', [], []]);
    queue.update();
    expect(queue.task).toBeNull();
    made.holds = false;
    queue.resume();
    await rests(queue);
    expect([queue.halted, joins(tested)]).toEqual([null, [`swap 0.1: ${TOTAL} at 0`]]);
  });

  test('goes on by itself when another kind is turned on after a cancel', async () => {
    const tested = await startAsked();
    await tested.newRun({ textSwap: true });
    tested.queue.cancel();
    await rests(tested.queue);
    await tested.change('textOcr', true);
    await rests(tested.queue);
    expect(tested.queue.gathered.map(({ kind, count }) => [kind, count])).toEqual([['swap', TOTAL], ['ocr', TOTAL]]);
  });

  test('says once what went wrong, and tries again when asked to', async () => {
    const tested = await startAsked();
    const { queue, made, notices } = tested;
    made.failure = new HeldoutError('model-download', 'The encoder could not be downloaded.', 'Check the connection.');
    await tested.newRun({ textSwap: true });
    await rests(queue);
    queue.update();
    await rests(queue);
    expect([queue.halted, made.asked.length]).toEqual(['failed', 1]);
    expect(notices.list).toMatchObject([{ kind: 'error', text: 'The encoder could not be downloaded.', action: { label: 'Try again' } }]);
    made.failure = null;
    notices.list[0]?.action?.run();
    await rests(queue);
    expect(joins(tested)).toEqual([`swap 0.1: ${TOTAL} at 0`]);
  });

  test('begins anew with a new run, and what was under way for the old one is let go', async () => {
    const tested = await startAsked();
    const { made, queue } = tested;
    made.holds = true;
    await tested.newRun({ textSwap: true });
    made.holds = false;
    await tested.newRun({ textOcr: true });
    await rests(queue);
    expect(queue.gathered).toEqual([{ kind: 'ocr', strength: 0.1, count: TOTAL, total: TOTAL, unchanged: TOTAL / 5 }]);
    expect([joins(tested), tested.notices.list]).toEqual([[`ocr 0.1: ${TOTAL} at 0`], []]);
  });

  test('leaves the encoder to the page’s own long calls', async () => {
    const tested = await startAsked();
    let free = (): void => {};
    const importing = tested.busy.run('Importing', () => new Promise<void>((resolve) => (free = resolve)));
    await tested.newRun({ textSwap: true });
    expect([tested.made.asked, tested.queue.task]).toEqual([[], null]);
    free();
    await importing;
    tested.queue.update();
    await rests(tested.queue);
    expect(tested.made.asked).toHaveLength(4);
  });

  test('waits where data was just opened, over a reset too, until training is asked for', async () => {
    const tested = await start();
    const { made, queue } = tested;
    for (let runs = 0; runs < 2; runs++) {
      await tested.newRun({ textSwap: true });
      await tested.change('textStrength', 0.2);
      expect([queue.isWaiting, queue.task, made.asked]).toEqual([true, null, []]);
    }
    expect(await queue.prepared()).toBe(true); // training does not wait for them
    expect([queue.isWaiting, queue.task?.kind]).toEqual([false, 'swap']);
    await rests(queue);
    expect(joins(tested)).toEqual([`swap 0.2: ${TOTAL} at 0`]);
    await tested.newRun({ textSwap: true });
    expect([queue.isWaiting, queue.task?.kind]).toEqual([false, 'swap']);
  });

  test('waits anew with each data set that is opened, until the texts are asked for or a kind is switched on', async () => {
    const tested = await startAsked();
    const { made, queue } = tested;
    expect(queue.isWaiting).toBe(false); // nothing is called for
    tested.open = 'other';
    await tested.newRun({ textSwap: true });
    expect([queue.isWaiting, made.asked]).toEqual([true, []]);
    queue.resume();
    await rests(queue);
    expect(queue.isWaiting).toBe(false);
    tested.open = 'third';
    await tested.newRun({ textSwap: true });
    await tested.change('textOcr', true);
    await rests(queue);
    expect(asked(tested)).toHaveLength(12);
    expect(made.asked.map(({ datasetId }) => datasetId)).toEqual([...Array<string>(4).fill('other'), ...Array<string>(8).fill('third')]);
  });

  test('opens a run whose record names texts without embedding any, until it is to train on', async () => {
    const first = await startAsked();
    await first.newRun({ textSwap: true });
    await rests(first.queue);
    await first.api.stepOnce();
    await expect.poll(async () => (await storage.runs.loadRun(first.run.runId))[0]?.record.variantJoins).toHaveLength(1);

    const second = await start();
    const { queue, run, made } = second;
    run.show((await second.api.openRun(first.run.runId)) ?? expect.fail('not kept'));
    queue.begin();
    expect([queue.isPrepared, queue.isWaiting, made.asked]).toEqual([false, true, []]);
    expect(await queue.prepared()).toBe(true);
    await second.api.stepOnce();
    expect([run.step, joins(second)]).toEqual([2, [`swap 0.1: ${TOTAL} at 0`]]);
  });

  test('first brings what a reopened run’s record names, and the run waits for that alone', async () => {
    const first = await startAsked();
    await first.newRun({ textSwap: true });
    await rests(first.queue);
    await first.api.stepOnce();
    await first.change('textSwap', false);
    first.made.holds = true;
    await first.change('textOcr', true);
    await expect.poll(async () => (await storage.runs.loadRun(first.run.runId))[0]?.record.log).toMatchObject([{ knob: 'textSwap' }, { knob: 'textOcr' }]);

    const second = await start();
    const { queue, run, made } = second;
    run.show((await second.api.openRun(first.run.runId)) ?? expect.fail('not kept'));
    made.failure = new HeldoutError('model-download', 'No connection.', '');
    queue.begin();
    expect(queue.isPrepared).toBe(false);
    expect(await queue.prepared()).toBe(false);
    made.failure = null;
    expect(await queue.prepared()).toBe(true); // takes up what failed
    expect(asked(second).slice(1, 5)).toEqual(['swap 0.1: 0 to 64', 'swap 0.1: 64 to 128', 'swap 0.1: 128 to 192', 'swap 0.1: 192 to 200']);
    await second.api.stepOnce();
    expect(run.step).toBe(2);
    await rests(queue);
    expect(joins(second)).toEqual([`swap 0.1: ${TOTAL} at 0`, expect.stringMatching(/^ocr 0\.1: \d+ at [12]$/u)]);
  });
});
