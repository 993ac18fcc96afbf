import { OBJECTIVES } from '../../core/objectives.ts';
import type { StepPlan } from './step-plan.ts';

/** A plan's numbers in the order in which `kernel/assembly/plan.ts` reads them. */
export function planWords(plan: StepPlan): readonly number[] {
  const { knobs, seed, step, rows, mixing, sigma, inputDropout, dropout, optimizer, discriminator, shrink, startsAverage } = plan;
  return [
    rows.length,
    knobs.batchSize,
    rows.length / knobs.batchSize,
    seed >>> 0,
    step,
    OBJECTIVES.indexOf(knobs.objective),
    knobs.objectiveWeight,
    Number(knobs.optimizer === 'sgd'),
    optimizer.stepSize,
    optimizer.epsilon,
    Number(optimizer.zeroMoments),
    discriminator.stepSize,
    discriminator.epsilon,
    Number(discriminator.zeroMoments),
    shrink,
    knobs.l2Strength,
    knobs.l1Strength,
    knobs.labelSmoothing,
    sigma,
    Number(mixing !== null),
    mixing?.lambda ?? 1,
    inputDropout.threshold,
    inputDropout.keep,
    dropout.threshold,
    dropout.keep,
    knobs.averagingDecay,
    Number(startsAverage),
  ];
}
