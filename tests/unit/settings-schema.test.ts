import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import { settingsSchema } from '../../src/worker/settings-schema.ts';

const settings = { datasetId: 'data', heldOutDomain: 'films', head: { kind: 'linear' }, seed: 1, steps: 600, runId: 'run' };
const knobsOf = (knobs: Record<string, unknown>): unknown => v.parse(settingsSchema, { ...settings, knobs }).knobs;
const isTaken = (knobs: Record<string, unknown>): boolean => v.safeParse(settingsSchema, { ...settings, knobs }).success;

describe('knobs in stored settings', () => {
  test('come back as they were, each that is missing at its default', () => {
    expect(knobsOf({})).toEqual(DEFAULT_KNOBS);
    const own = { ...DEFAULT_KNOBS, noise: true, noiseNorm: 0.35, interpolation: true, textOcr: true, textStrength: 0.3, optimizer: 'sgd' };
    expect(knobsOf(JSON.parse(JSON.stringify(own)) as Record<string, unknown>)).toEqual(own);
  });

  test('that an older page wrote keep what its augmentation was', () => {
    const old = { dropout: true, augmentation: true, augmentationStrength: 0.85 };
    expect(knobsOf(old)).toEqual({ ...DEFAULT_KNOBS, dropout: true, noise: true, noiseNorm: 0.85, mixup: true, mixupAlpha: 0.4 * 0.85 });
    for (const augmentationStrength of [0.05, 1]) expect(isTaken({ ...old, augmentationStrength })).toBe(true);
  });

  test('out of their range are refused', () => {
    for (const bad of [{ textStrength: 0.15 }, { noise: 1 }, { mixupAlpha: 0 }, { augmentation: 'yes' }, { augmentationStrength: 'much' }]) expect(isTaken(bad)).toBe(false);
  });
});
