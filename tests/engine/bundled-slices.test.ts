import { describe, expect, it } from 'vitest';
import { effectiveKnobs } from '../../src/core/effective-knobs.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { sliceTable, slicing } from '../../src/core/slices.ts';
import { splitDataset } from '../../src/core/splits.ts';
import type { MemberSpec } from '../../src/engine/population/population.ts';
import { bundledSet } from '../support/bundled-sets.ts';
import { kernelPopulations } from '../support/kernel.ts';

const STEPS = 400;
const AGREEING = ['complaint with weather', 'praise without weather'];

describe('slices of the bundled shortcut', () => {
  it('add up to the score of the watched half, and give no verdict where too few rows are left to compare with', async () => {
    const { dataset, features } = await bundledSet('shortcut');
    const { train, watched } = splitDataset(dataset, 'campsites', 1);
    const classOf = Uint32Array.from(dataset.examples, ({ label }) => dataset.labels.indexOf(label));
    const members: MemberSpec[] = [{ seed: 1, train, parts: [watched] }];
    const population = await kernelPopulations({ features, width: 512, classOf, classes: 2 }, { kind: 'linear' }, members);
    const steps = Array.from({ length: STEPS }, (_, step) => effectiveKnobs(DEFAULT_KNOBS, step, STEPS));
    const [scores] = await population.advance([{ member: 0, steps, score: true }]);
    const logits = await population.rowLogits(0, watched);
    population.dispose();
    const targets = watched.map((row) => classOf[row] as number);

    const { names, of } = slicing(dataset, [watched], 'group');
    const table = sliceTable([{ logits, classOf: targets, of: of[0] as Uint32Array }], 2, names);
    expect(table.slices.map(({ name }) => name)).toEqual(dataset.groups);
    const whole = scores?.[0];
    expect(table.slices.reduce((sum, { score }) => sum + score.correct, 0)).toBe(whole?.correct);
    expect(table.slices.reduce((sum, { score }) => sum + score.n, 0)).toBe(whole?.n);

    const ofCue = watched.map((row) => (AGREEING.includes(dataset.examples[row]?.group ?? '') ? 0 : 1));
    const byCue = sliceTable([{ logits, classOf: targets, of: ofCue }], 2, ['agrees', 'disagrees']);
    // The cue agrees in a tenth of this domain: too few watched rows to compare the others with.
    expect(byCue.slices.map(({ isTelling }) => isTelling)).toEqual([false, true]);
    expect(byCue.slices.map(({ againstRest }) => againstRest)).toEqual([null, null]);
    expect(byCue.gap).toBeNull();
  });
});
