import type { Part } from './curve.ts';
import { pow } from './exact-math.ts';
import { count, counted, knobNumber } from './format.ts';
import { DEFAULT_SHAPE, type ShapeValues } from './shape.ts';
import type { ShapeEffect } from './shaped-split.ts';

/** More names than this would not fit on a line. */
const MAX_NAMES = 4;

/** A share that a slider sets, in per cent: “7 %”. */
export function shareInWords(share: number): string {
  return `${knobNumber(100 * share)} %`;
}

/** How the first is to the last, where both were alike: “3.2 : 1”. @param imbalance 0 to 1 */
export function imbalanceInWords(imbalance: number): string {
  return imbalance === 0 ? 'none' : `${knobNumber(pow(10, imbalance))} : 1`;
}

/** What a shape does, shortly: “at most 10 examples of a class in a domain, 20 % wrong labels”. Empty where it does nothing. */
export function shapeInWords({ examplesPerClass, labelNoise, noiseInValidation, classImbalance, domainImbalance, validationShare }: ShapeValues): string {
  return [
    examplesPerClass === null ? '' : `at most ${counted(examplesPerClass, 'example')} of a class in a domain`,
    labelNoise === 0 ? '' : `${shareInWords(labelNoise)} wrong labels${noiseInValidation ? ', in validation too' : ''}`,
    classImbalance === 0 ? '' : `classes uneven ${imbalanceInWords(classImbalance)}`,
    domainImbalance === 0 ? '' : `domains uneven ${imbalanceInWords(domainImbalance)}`,
    validationShare === DEFAULT_SHAPE.validationShare ? '' : `${shareInWords(validationShare)} for validation`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** How many of each: “positive 96, negative 10”, or of many names “12 classes of 3 to 96 examples”. @param counts aligned with `names` @param noun their plural */
export function countsInWords(names: readonly string[], counts: readonly number[], noun: string): string {
  if (names.length <= MAX_NAMES) return names.map((name, i) => `${name} ${count(counts[i] ?? 0)}`).join(', ');
  return `${count(names.length)} ${noun} of ${count(Math.min(...counts))} to ${counted(Math.max(...counts), 'example')}`;
}

/** “120 of 858 examples”, or “858 examples” where all are trained on. */
export function trainedInWords({ trained, leftOut }: ShapeEffect): string {
  return leftOut > 0 ? `${count(trained)} of ${counted(trained + leftOut, 'example')}` : counted(trained, 'example');
}

/** “24 of 120 training labels are wrong; validation labels are right. Training scores …” @param validation rows of it */
export function noiseInWords({ trained, wrongInTraining, wrongInValidation }: ShapeEffect, validation: number, { labelNoise, noiseInValidation }: ShapeValues): string {
  if (labelNoise === 0) return 'No label is replaced.';
  const training = `${count(wrongInTraining)} of ${count(trained)} training labels`;
  const wrong = noiseInValidation ? `${training} and ${count(wrongInValidation)} of ${count(validation)} validation labels are wrong` : `${training} are wrong; validation labels are right`;
  return `${wrong}. Scores go by these labels, so that learning wrong ones by heart shows as a better training score.`;
}

/** How many of the labels that a part is scored by are wrong, for its card; empty where no label is replaced. @param seeds of the run, of which the effect is the first one's */
export function scoredLabelsInWords(part: Part, { trained, wrongInTraining, wrongInValidation }: ShapeEffect, { labelNoise, noiseInValidation }: ShapeValues, seeds: number): string {
  if (labelNoise === 0) return '';
  const ofSeed = seeds > 1 ? ' in the first seed' : '';
  if (part === 'train') return `${count(wrongInTraining)} of the ${count(trained)} trained on with a wrong label${ofSeed}`;
  if (part === 'validation' && noiseInValidation) return `${count(wrongInValidation)} of them with a wrong label${ofSeed}`;
  return 'none with a wrong label';
}
