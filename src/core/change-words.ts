import { knobNumber } from './format.ts';
import { SLIDERS, SWITCHES } from './knobs.ts';
import type { KnobChange } from './run-record.ts';

/** A knob change in a few words, for the marks on the curves: “Dropout on”, “Learning rate 0.01”, “Steps 1200”. */
export function changeInWords({ knob, value }: KnobChange): string {
  if (knob === 'steps') return `Steps ${String(value)}`;
  if (typeof value === 'boolean') return `${SWITCHES[knob as keyof typeof SWITCHES].label} ${value ? 'on' : 'off'}`;
  return `${SLIDERS[knob as keyof typeof SLIDERS].label} ${knobNumber(value)}`;
}
