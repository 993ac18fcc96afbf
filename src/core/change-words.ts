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

/** Stands for the number where augmented texts joined, which nobody turned. */
export const JOIN_MARK = '+';

/**
 * Where a chart marks changes: one mark a step, labelled with the changes' numbers in the list (counted from 1): “2” or “2,3”.
 * @param joined steps at which a kind of augmented texts first joined: “+”
 */
export function changeMarks(log: readonly KnobChange[], joined: readonly number[] = []): { readonly step: number; readonly label: string }[] {
  const labels = new Map<number, string>();
  const add = (step: number, label: string): void => void labels.set(step, labels.has(step) ? `${labels.get(step)},${label}` : label);
  log.forEach(({ step }, i) => add(step, String(i + 1)));
  new Set(joined).forEach((step) => add(step, JOIN_MARK));
  return [...labels].map(([step, label]) => ({ step, label }));
}
