import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PartScore } from '../../src/core/metrics.ts';
import { compileKernel } from '../../src/engine/population/kernel/build.mjs';
import { pooledPopulations, type PopulationWorkers } from '../../src/engine/population/pooled-population.ts';
import type { MemberSpec, Population, PopulationData, PopulationFactory } from '../../src/engine/population/population.ts';
import { usefulThreads } from '../../src/engine/population/pooled-sharing.ts';
import { wasmPopulations } from '../../src/engine/population/wasm-population.ts';
import { startPopulationWorkers } from '../../src/worker/population-workers.ts';
import { active, withOwnClasses, withVariants } from '../support/augmented-cases.ts';
import { GOLDEN, GOLDEN_HEAD, GOLDEN_MEMBERS, GOLDEN_STEPS, goldenData, goldenKnobs, goldenRun } from '../support/pooled-golden.ts';
import { ChannelThread, nodeThread } from '../support/pooled-threads.ts';

/** The kernel's compilation, where it is not cached, takes 5 s on an idle processor. */
const COMPILING_MS = 120_000;
const data = goldenData();
let kernel: WebAssembly.Module;
let local: PopulationFactory;
let threads: ChannelThread[];
let workers: PopulationWorkers;

/** Populations over `count` threads, this one among them. */
function pooled(count: number, hosted: PopulationFactory = local): PopulationFactory {
  workers = startPopulationWorkers(count, () => {
    const thread = new ChannelThread(hosted);
    threads.push(thread);
    return thread;
  });
  return pooledPopulations(local, workers);
}

/** All members' whole run in one call. */
function fullWork(): { member: number; steps: ReturnType<typeof goldenKnobs>; score: boolean }[] {
  return GOLDEN_MEMBERS.map((_, member) => ({ member, steps: goldenKnobs(member, 0, GOLDEN_STEPS), score: true }));
}

/** Calls of one name that were sent to a thread. */
function callsOf(thread: ChannelThread | undefined, name: string): ChannelThread['sent'] {
  return (thread?.sent ?? []).filter(({ path }) => path[0] === name);
}

beforeAll(async () => {
  kernel = await WebAssembly.compile(await compileKernel());
  local = wasmPopulations(kernel);
}, COMPILING_MS);

beforeEach(() => {
  threads = [];
});

afterEach(() => workers.close());

describe('the golden run', () => {
  it.each([1, 2, 3, 5])('gives the committed hashes on %i threads', async (count) => {
    expect(await goldenRun(pooled(count))).toEqual(GOLDEN);
    expect(threads).toHaveLength(count - 1);
  });

  it('gives them on real threads', async () => {
    workers = startPopulationWorkers(3, () => nodeThread(kernel));
    expect(await workers.makers(2)).toHaveLength(2);
    expect(await goldenRun(pooledPopulations(local, workers))).toEqual(GOLDEN);
  });
});

describe('members', () => {
  it('become the same however their work is cut into calls and spread over threads', async () => {
    const alone = await local(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    const expectedScores = await alone.advance(fullWork());
    const expected = await Promise.all(GOLDEN_MEMBERS.map((_, member) => alone.checkpoint(member)));
    const cuts = fc.tuple(...GOLDEN_MEMBERS.map(() => fc.uniqueArray(fc.integer({ min: 1, max: GOLDEN_STEPS - 1 }), { maxLength: 4 })));
    await fc.assert(
      fc.asyncProperty(cuts, fc.integer({ min: 1, max: 6 }), async (cutsOfMembers, count) => {
        const population = await pooled(count)(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
        const ends = cutsOfMembers.map((own) => [...own.sort((a, b) => a - b), GOLDEN_STEPS]);
        const scores: (readonly PartScore[])[] = [];
        const calls: Promise<void>[] = [];
        for (let call = 0; ends.some((own) => call < own.length); call++) {
          const work = ends.flatMap((own, member) => {
            const from = population.stepOf(member);
            return call < own.length ? [{ member, steps: goldenKnobs(member, from, (own[call] as number) - from), score: own[call] === GOLDEN_STEPS }] : [];
          });
          work.reverse();
          const keep = (answers: readonly (readonly PartScore[] | null)[]): void =>
            answers.forEach((answer, i) => {
              if (answer) scores[work[i]?.member ?? -1] = answer;
            });
          calls.push(population.advance(work).then(keep)); // without waiting for the call before
        }
        await Promise.all(calls);
        expect(scores).toEqual(expectedScores);
        for (const [member, checkpoint] of expected.entries()) expect(await population.checkpoint(member)).toEqual(checkpoint);
        population.dispose();
        workers.close();
      }),
      { numRuns: 30 },
    );
  });

  it('with labels of their own and augmented texts become the same on other threads', async () => {
    const augmented = withVariants(data);
    const members = GOLDEN_MEMBERS.map((spec, member) => (member === 2 ? spec : withOwnClasses(spec, data)));
    const knobs = { variants: active(1, 1), interpolationAlpha: 0.5 };
    const work = fullWork().map((own) => ({ ...own, steps: own.steps.map((step) => ({ ...step, ...knobs })) }));
    const [alone, spread] = [await local(augmented, GOLDEN_HEAD, members), await pooled(3)(augmented, GOLDEN_HEAD, members)];
    expect(await spread.advance(work)).toEqual(await alone.advance(work));
    for (const member of GOLDEN_MEMBERS.keys()) expect(await spread.checkpoint(member)).toEqual(await alone.checkpoint(member));
    const plain = await local(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    await plain.advance(fullWork());
    expect(await plain.checkpoint(1)).not.toEqual(await alone.checkpoint(1));
  });

  it('answer in the order of the call, and rest where the call does not name them', async () => {
    const population = await pooled(3)(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    const alone = await local(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    const work = [4, 0, 3].map((member) => ({ member, steps: goldenKnobs(member, 0, 2), score: member !== 0 }));
    const answers = await population.advance(work);
    expect(answers).toEqual(await alone.advance(work));
    expect(answers.map((answer) => answer?.length ?? null)).toEqual([3, null, 2]);
    expect(GOLDEN_MEMBERS.map((_, member) => population.stepOf(member))).toEqual([2, 0, 0, 2, 2]);
  });

  it('count steps as soon as they are told of them, and a return only when it works', async () => {
    const population = await pooled(5)(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    const fresh = await population.checkpoint(0);
    const advanced = population.advance([{ member: 0, steps: goldenKnobs(0, 0, 6), score: false }]);
    expect(population.stepOf(0)).toBe(6);
    const back = population.restore(0, fresh);
    const onwards = population.advance([{ member: 0, steps: goldenKnobs(0, 0, 2), score: false }]);
    expect(population.stepOf(0)).toBe(2);
    const refused = population.restore(0, { ...fresh, tensors: [] });
    await expect(refused).rejects.toBeInstanceOf(RangeError);
    await Promise.all([advanced, back, onwards]);
    expect(population.stepOf(0)).toBe(2);
    expect(await population.checkpoint(0)).toMatchObject({ step: 2 });
  });
});

describe('messages', () => {
  it('are one to each thread with work in a call, however many its steps and members', async () => {
    const population = await pooled(3)(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    await population.advance(fullWork());
    expect(threads.map((thread) => callsOf(thread, 'advance').length)).toEqual([1, 1]);
    await population.advance([0, 3].map((member) => ({ member, steps: [], score: true })));
    expect(threads.map((thread) => callsOf(thread, 'advance').length)).toEqual([2, 1]);
  });

  it('carry the embeddings to each thread once for all populations on them, and others when they change', async () => {
    const makePopulation = pooled(3);
    const sent = (): number[] => threads.map((thread) => callsOf(thread, 'keepFeatures').length);
    const first = await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    const second = await makePopulation({ ...data, classOf: data.classOf.map((own) => (own + 1) % 3) }, { kind: 'hidden', width: 9 }, GOLDEN_MEMBERS);
    first.dispose();
    expect(sent()).toEqual([1, 1]);
    const [one, other] = await Promise.all([makePopulation(goldenData(5), GOLDEN_HEAD, GOLDEN_MEMBERS), makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS)]);
    expect(sent()).toEqual([3, 3]);
    for (const population of [second, one, other]) await population.advance(fullWork());
    expect(await one.checkpoint(0)).not.toEqual(await other.checkpoint(0));
    const alone = await local(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    await alone.advance(fullWork());
    expect(await other.checkpoint(0)).toEqual(await alone.checkpoint(0));
  });

  it('carry of a view what it shows, not all that its buffer holds', async () => {
    const all = new Float32Array(1000 * data.width).fill(0.5);
    const rows = Uint32Array.from({ length: 1000 }, (_, i) => i % 24);
    const classes = new Uint32Array(1000);
    const variants = [{ kind: 'swap' as const, strength: 0.1, source: rows.subarray(0, 9), row: rows.subarray(9, 18) }];
    const members: MemberSpec[] = GOLDEN_MEMBERS.map((spec) => ({ ...spec, train: [0, 24, 48].map((from) => rows.subarray(from, from + 24)), parts: [rows.subarray(3, 5)], classOf: classes.subarray(0, data.classOf.length) }));
    const population = await pooled(2)({ ...data, variants }, GOLDEN_HEAD, members);
    await population.logits(0, all.subarray(data.width, 2 * data.width));
    await population.rowLogits(0, rows.subarray(0, 2));
    expect(threads).toHaveLength(1);
    const buffers = ['make', 'logits', 'rowLogits'].flatMap((name) => callsOf(threads[0], name)).map(({ argumentList }) => argumentList.map(({ value }) => largestBuffer(value)));
    expect(Math.max(...buffers.flat())).toBe(data.classOf.byteLength);
  });
});

/** Bytes of the largest buffer in an argument of a call. */
function largestBuffer(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.buffer.byteLength;
  return typeof value === 'object' && value !== null ? Math.max(0, ...Object.values(value).map(largestBuffer)) : 0;
}

/** What a call fails with. */
async function failure(call: () => Promise<unknown>): Promise<unknown> {
  return call().then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );
}

describe('errors', () => {
  it.each<[string, (makePopulation: PopulationFactory) => Promise<unknown>]>([
    ['an impossible head', (makePopulation) => makePopulation(data, { kind: 'hidden', width: 0 }, GOLDEN_MEMBERS)],
    ['no members', (makePopulation) => makePopulation(data, GOLDEN_HEAD, [])],
    ['a row that is not there', (makePopulation) => makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS.map((spec, member) => (member === 1 ? { ...spec, parts: [Uint32Array.of(999)] } : spec)))],
    ['another head’s checkpoint', async (makePopulation) => (await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS)).restore(0, { step: 1, tensors: [], batchPosition: [0, 0, 0] })],
    ['half an embedding', async (makePopulation) => (await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS)).logits(0, new Float32Array(3))],
    ['a member that is not there', async (makePopulation) => (await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS)).advance([{ member: 5, steps: [], score: true }])],
    ['a member named twice', async (makePopulation) => (await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS)).advance([3, 3].map((member) => ({ member, steps: [], score: true })))],
  ])('are a RangeError in the words of one thread’s: %s', async (_, call) => {
    const expected = await failure(() => call(local));
    const error = await failure(() => call(pooled(5)));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as RangeError).message).toBe((expected as RangeError).message);
  });

  it('of a part of the members leave no part behind', async () => {
    const counted = new Counted(local);
    const makePopulation = pooled(3, counted.factory);
    await expect(makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS.map((spec, member) => (member === 1 ? { ...spec, parts: [Uint32Array.of(999)] } : spec)))).rejects.toThrow('999');
    await expect.poll(() => counted.disposed).toBe(1);
    expect(counted.made).toBe(1);
  });
});

describe('the number of other threads', () => {
  /** A table's member: three domains to train on, 800 rows to score. */
  const member: MemberSpec = { seed: 1, train: [new Uint32Array(300), new Uint32Array(300), new Uint32Array(300)], parts: [new Uint32Array(800)] };
  const reviews = (rows: number): PopulationData => ({ features: new Float32Array(rows * 512), width: 512, classOf: new Uint32Array(rows), classes: 2 });
  const others = (members: number, most: number, rows = 1434, own: MemberSpec = member): number =>
    usefulThreads(reviews(rows), { kind: 'hidden', width: 64 }, new Array<MemberSpec>(members).fill(own), most);

  it('is what shortens the longest share, and no more', () => {
    expect([1, 2, 3, 5, 16, 100].map((members) => others(members, 7))).toEqual([0, 1, 2, 4, 7, 7]);
    expect([5, 9, 10].map((members) => others(members, 3))).toEqual([2, 2, 3]);
    expect(others(16, 0)).toBe(0);
  });

  it('is none where messages would take longer than the work', () => {
    const small: MemberSpec = { ...member, train: member.train.slice(0, 1), parts: [] };
    const linear = (members: number, own: MemberSpec): number => usefulThreads(reviews(1434), { kind: 'linear' }, new Array<MemberSpec>(members).fill(own), 1);
    expect(linear(2, small)).toBe(0);
    expect(linear(20, small)).toBe(1);
    expect(linear(2, member)).toBe(1);
  });

  it('is less where copies of the data would fill the memory', () => {
    expect([30_000, 60_000, 150_000].map((rows) => others(16, 7, rows))).toEqual([7, 3, 1]);
  });
});

/** Counts the populations of a factory. */
class Counted {
  made = 0;
  disposed = 0;
  constructor(private readonly inner: PopulationFactory) {}

  readonly factory: PopulationFactory = async (...request) => {
    const population = await this.inner(...request);
    this.made++;
    const dispose = population.dispose.bind(population);
    population.dispose = () => {
      this.disposed++;
      dispose();
    };
    return population;
  };
}

describe('threads', () => {
  it('are started when a population first needs them, no more than it needs, and kept for the next', async () => {
    const makePopulation = pooled(4);
    expect(threads).toHaveLength(0);
    (await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS.slice(0, 1))).dispose();
    expect(threads).toHaveLength(0);
    (await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS.slice(0, 2))).dispose();
    expect(threads).toHaveLength(1);
    (await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS)).dispose(); // five members on four threads take no less time than on three
    expect(threads).toHaveLength(2);
    (await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS.slice(0, 4))).dispose();
    expect(threads).toHaveLength(3);
    expect(threads.every(({ terminated }) => !terminated)).toBe(true);
    workers.close();
    await expect.poll(() => threads.map(({ terminated }) => terminated)).toEqual([true, true, true]);
  });

  it('free the members of a population that is disposed of', async () => {
    const counted = new Counted(local);
    const population = await pooled(3, counted.factory)(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    expect(counted.made).toBe(2);
    population.dispose();
    await expect.poll(() => counted.disposed).toBe(2);
    await expect(population.checkpoint(0)).rejects.toThrow('disposed of');
  });

  it('that cannot be started are done without', async () => {
    let tries = 0;
    workers = startPopulationWorkers(4, () => {
      tries++;
      throw new ReferenceError('Worker is not defined');
    });
    const makePopulation = pooledPopulations(local, workers);
    expect(await goldenRun(makePopulation)).toEqual(GOLDEN);
    expect(await goldenRun(makePopulation)).toEqual(GOLDEN);
    expect(tries).toBe(2);
  });

  it('that fail to load are done without', async () => {
    workers = startPopulationWorkers(3, () => {
      const thread = new ChannelThread(local);
      queueMicrotask(() => thread.die('its program could not be loaded'));
      threads.push(thread);
      return thread;
    });
    expect(await goldenRun(pooledPopulations(local, workers))).toEqual(GOLDEN);
    expect(threads).toHaveLength(2);
  });

  it('that die fail the calls under way and all later ones on their members, and the next population does without them', async () => {
    const makePopulation = pooled(3);
    const population: Population = await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    const advanced = population.advance(fullWork());
    const read = population.checkpoint(3);
    threads[0]?.die('out of memory');
    const words = 'A worker that trains heads has stopped: out of memory.';
    await Promise.all([expect(advanced).rejects.toThrow(words), expect(read).rejects.toThrow(words)]);
    await expect(population.logits(0, data.features)).rejects.toThrow(words);
    expect(await population.checkpoint(1)).toMatchObject({ step: GOLDEN_STEPS });
    population.dispose();
    expect(await goldenRun(makePopulation)).toEqual(GOLDEN);
    expect(threads).toHaveLength(2);
  });

  it('of Node’s that end by themselves are noticed', async () => {
    const thread = nodeThread(kernel);
    workers = startPopulationWorkers(2, () => thread);
    const population = await pooledPopulations(local, workers)(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    const advanced = population.advance(fullWork());
    await thread.worker.terminate();
    await expect(advanced).rejects.toThrow('it ended with code 1');
  });

  it('that are closed fail the calls under way, and a later population starts new ones', async () => {
    const makePopulation = pooled(2);
    const population = await makePopulation(data, GOLDEN_HEAD, GOLDEN_MEMBERS);
    const advanced = population.advance(fullWork());
    workers.close();
    await expect(advanced).rejects.toThrow('were closed');
    expect(await goldenRun(makePopulation)).toEqual(GOLDEN);
    expect(threads).toHaveLength(2);
  });
});
