import { beforeAll, describe, expect, it } from 'vitest';
import { effectiveKnobs } from '../../src/core/effective-knobs.ts';
import { DEFAULT_KNOBS, type KnobValues } from '../../src/core/knobs.ts';
import { splitDataset } from '../../src/core/splits.ts';
import type { MemberSpec } from '../../src/engine/population/population.ts';
import { bundledSet, type BundledSet } from '../support/bundled-sets.ts';
import { kernelPopulations } from '../support/kernel.ts';

/** Share of each domain's rows in which the cue agrees with the label: weather with complaint, none with praise. */
const AGREEMENT = { buses: 0.95, parks: 0.8, markets: 0.65, campsites: 0.1 };
const LABELS = ['complaint', 'praise'];
const STEPS = 600;
const SEEDS = [1, 2, 3];

let set: BundledSet;

beforeAll(async () => {
  set = await bundledSet('shortcut');
});

describe('the bundled shortcut', () => {
  it('has one group for each label with and without the cue', () => {
    expect([...set.dataset.groups].sort()).toEqual(LABELS.flatMap((label) => [`${label} with weather`, `${label} without weather`]));
    expect(set.dataset.examples.every(({ label, group }) => group?.startsWith(`${label} with`))).toBe(true);
  });

  it.each(Object.entries(AGREEMENT))('has a cue in %s that agrees with each label in exactly a share of %d', (domain, share) => {
    for (const label of LABELS) {
      const rows = set.dataset.examples.filter((example) => example.domain === domain && example.label === label);
      const agreeing = rows.filter(({ group }) => group === (label === 'complaint' ? 'complaint with weather' : 'praise without weather'));
      expect(agreeing.length / rows.length).toBeCloseTo(share, 12);
    }
  });

  it('holds out the domain in which the cue misleads', () => {
    expect(set.dataset.domains).toEqual(Object.keys(AGREEMENT));
  });

  it('takes a head in: it does far worse in the held-out domain than in validation, and better when trained on the groups equally', async () => {
    const plain = await accuracies({ l2: true }, trainingDomains);
    const balanced = await accuracies({ l2: true }, groupsEqually);
    expect(plain.validation - plain.heldOut).toBeGreaterThan(0.1);
    expect(balanced.heldOut - plain.heldOut).toBeGreaterThan(0.1);
  });
});

type Batches = (train: readonly Uint32Array[]) => readonly Uint32Array[];

const trainingDomains: Batches = (train) => train;

/** Each step takes as many rows of one group as of another, whatever their domain. */
const groupsEqually: Batches = (train) => {
  const { examples, groups } = set.dataset;
  return groups.map((group) => Uint32Array.from(train.flatMap((rows) => [...rows].filter((row) => examples[row]?.group === group))));
};

/** Mean accuracy over SEEDS of linear heads on validation rows and on all rows of the last domain. */
async function accuracies(changes: Partial<KnobValues>, batches: Batches): Promise<{ validation: number; heldOut: number }> {
  const { dataset, features } = set;
  const members: MemberSpec[] = SEEDS.map((seed) => {
    const { train, validation, watched, sealed } = splitDataset(dataset, 'campsites', seed);
    return { seed, train: batches(train), parts: [validation, Uint32Array.from([...watched, ...sealed])] };
  });
  const classOf = Uint32Array.from(dataset.examples, ({ label }) => dataset.labels.indexOf(label));
  const population = await kernelPopulations({ features, width: 512, classOf, classes: 2 }, { kind: 'linear' }, members);
  const knobs = { ...DEFAULT_KNOBS, ...changes };
  const steps = Array.from({ length: STEPS }, (_, step) => effectiveKnobs(knobs, step, STEPS));
  const scores = await population.advance(members.map((_, member) => ({ member, steps, score: true })));
  population.dispose();
  const mean = (part: number): number =>
    scores.reduce((sum, parts) => {
      const score = parts?.[part];
      if (!score) throw new Error(`Part ${part} was not scored.`);
      return sum + score.correct / score.n;
    }, 0) / SEEDS.length;
  return { validation: mean(0), heldOut: mean(1) };
}
