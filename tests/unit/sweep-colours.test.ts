import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STRONGEST_TINT } from '../../src/core/sweep-scores.ts';

const css = readFileSync(new URL('../../src/ui/tokens.css', import.meta.url), 'utf8');
const [light, dark] = css.split('prefers-color-scheme: dark') as [string, string];

/** sRGB, 0 … 255. */
type Colour = readonly [number, number, number];

function token(theme: string, name: string): Colour {
  const [, hex] = new RegExp(`--${name}: #([0-9a-f]{6});`, 'u').exec(theme) ?? [];
  if (!hex) throw new Error(`No token --${name}.`);
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour;
}

/** color-mix(in srgb, tint p%, paper) */
function mixed(tint: Colour, paper: Colour, percent: number): Colour {
  return tint.map((value, i) => (value * percent + (paper[i] as number) * (100 - percent)) / 100) as unknown as Colour;
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: Colour): number {
  const [r, g, b] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)) as unknown as Colour;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Colour, b: Colour): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe('a cell’s text keeps its contrast on the strongest tint', () => {
  it.each([
    ['light', light],
    ['dark', dark],
  ])('in the %s theme', (_, theme) => {
    for (const tint of ['action', 'held-out', 'validation']) {
      expect(contrast(token(theme, 'ink'), mixed(token(theme, tint), token(theme, 'card'), STRONGEST_TINT)), tint).toBeGreaterThanOrEqual(4.5);
    }
  });
});
