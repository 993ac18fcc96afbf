import { knobNumber } from './format.ts';
import { CHOICES, SLIDERS, SWITCHES } from './knobs.ts';
import type { KnobChange } from './run-record.ts';

/** A knob change in a few words, for the marks on the curves: “Dropout on”, “Learning rate 0.01”, “Steps 1200”. */
export function changeInWords({ knob, value }: KnobChange): string {
  if (knob === 'steps') return `Steps ${String(value)}`;
  if (typeof value === 'boolean') return `${SWITCHES[knob as keyof typeof SWITCHES].label} ${value ? 'on' : 'off'}`;
  if (typeof value === 'string') {
    const { label, options } = CHOICES[knob as keyof typeof CHOICES];
    return `${label} ${options.find((option) => option.value === value)?.label ?? value}`;
  }
  return `${SLIDERS[knob as keyof typeof SLIDERS].label} ${knobNumber(value)}`;
}

/** Where a chart marks changes: one mark a step, labelled with the changes' numbers in the list (counted from 1): “2” or “2,3”. */
export function changeMarks(log: readonly KnobChange[]): { readonly step: number; readonly label: string }[] {
  const labels = new Map<number, string>();
  log.forEach(({ step }, i) => labels.set(step, labels.has(step) ? `${labels.get(step)},${i + 1}` : String(i + 1)));
  return [...labels].map(([step, label]) => ({ step, label }));
}
