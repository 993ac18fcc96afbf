import { pow } from './exact-math.ts';
import { DEFAULT_KNOBS, type KnobValues } from './knobs.ts';
import { OBJECTIVES, OBJECTIVE_TABLE, objectiveProblem, type ObjectiveName } from './objectives.ts';
import { RandomStream, STREAM } from './rng.ts';

/**
 * What the leave-one-domain-out table compares, and the configurations that each is tried in. As in Gulrajani & Lopez-Paz, "In search
 * of lost domain generalization" (ICLR 2021): equal numbers of random draws for all, the defaults first, every draw anew with the seed.
 */
export const METHODS = ['erm', 'ermMixup', 'groupDro', 'vrex', 'irm', 'coral', 'dann'] as const;
export type Method = (typeof METHODS)[number];

export const METHOD_TABLE: Readonly<Record<Method, { readonly label: string; readonly objective: ObjectiveName; readonly mixup: boolean }>> = {
  erm: { label: 'ERM', objective: 'erm', mixup: false },
  ermMixup: { label: 'ERM + mixup', objective: 'erm', mixup: true },
  groupDro: { label: OBJECTIVE_TABLE.groupDro.label, objective: 'groupDro', mixup: false },
  vrex: { label: OBJECTIVE_TABLE.vrex.label, objective: 'vrex', mixup: false },
  irm: { label: OBJECTIVE_TABLE.irm.label, objective: 'irm', mixup: false },
  coral: { label: OBJECTIVE_TABLE.coral.label, objective: 'coral', mixup: false },
  dann: { label: OBJECTIVE_TABLE.dann.label, objective: 'dann', mixup: false },
};

/** Why a method cannot be trained here; null when it can. @param domains number of training domains */
export function methodProblem(method: Method, hasHiddenLayer: boolean, domains: number): string | null {
  return objectiveProblem(METHOD_TABLE[method].objective, hasHiddenLayer, domains);
}

/** Configurations that each method is chosen among. */
export const CONFIGURATIONS = 8;

const DROPOUT_RATES = [0, 0.1, 0.5] as const;

/** Which random word of a configuration's row decides what. Append, never renumber. */
const UNIT = { learningRate: 0, batchSize: 1, dropout: 2, l2: 3, mixupAlpha: 4, strength: 5 } as const;

/** log₁₀ of the lower and upper limit of each objective's strength: DomainBed's, appendix D. */
const STRENGTH_EXPONENTS: Readonly<Record<Exclude<ObjectiveName, 'erm'>, readonly [number, number]>> = {
  groupDro: [-3, -1],
  vrex: [-1, 5],
  irm: [-1, 5],
  coral: [-1, 1],
  dann: [-2, 2],
};

/**
 * The CONFIGURATIONS of a method under a seed: the page's defaults (mixup's α is DomainBed's, too), then draws from DomainBed's ranges (appendix D, those for ResNet),
 * adapted from fine-tuning a network to a small head on frozen embeddings of norm 1:
 * - learning rate 10^U(−2.7, −1.2): DomainBed's factors (1/5 to 6.3) around our default of 0.01 instead of its 5·10⁻⁵, since a fresh
 *   head has far to go and nothing pretrained to spoil;
 * - L2 10^U(−5, −2): what DomainBed calls weight decay is PyTorch Adam's, which adds λ·w to the gradient: our L2 knob, not our
 *   (decoupled) weight decay. Its range starts at 10⁻⁶, where in a few hundred steps nothing is to be seen, and the knob at 10⁻⁵;
 * - dropout 0, 0.1 or 0.5, and batches of 2^U(3, 5.5) rows a training domain: as there;
 * - mixup's α 10^U(−1, 0): DomainBed's published code goes to 10, where all is blended half and half; our draws are made for α ≤ 1;
 * - each objective's strength over its whole range there; what else is drawn there stays as it is here: the penalties of V-REx and
 *   IRMv1 come in after a tenth of the steps, DomainBed's default, and of DANN only λ varies.
 * One index has the same learning rate, batch size, dropout and L2 for every method, so that methods are compared like with like.
 * Numbers are rounded to three digits.
 */
export function configurations(method: Method, seed: number): readonly KnobValues[] {
  return Array.from({ length: CONFIGURATIONS }, (_, index) => (index === 0 ? defaults(method) : draw(method, new RandomStream(seed, STREAM.configuration), index)));
}

function defaults(method: Method): KnobValues {
  const { objective, mixup } = METHOD_TABLE[method];
  return { ...DEFAULT_KNOBS, objective, mixup };
}

function draw(method: Method, random: RandomStream, index: number): KnobValues {
  const { objective, mixup } = METHOD_TABLE[method];
  const between = (unit: number, base: number, low: number, high: number): number => pow(base, low + (high - low) * random.uniform(index, unit));
  const rounded = (value: number): number => Number(value.toPrecision(3));
  const dropoutRate = DROPOUT_RATES[Math.floor(random.uniform(index, UNIT.dropout) * DROPOUT_RATES.length)] as number;
  const common: KnobValues = {
    ...DEFAULT_KNOBS,
    objective,
    learningRate: rounded(between(UNIT.learningRate, 10, -2.7, -1.2)),
    batchSize: Math.floor(between(UNIT.batchSize, 2, 3, 5.5)),
    dropout: dropoutRate > 0,
    dropoutRate: dropoutRate > 0 ? dropoutRate : DEFAULT_KNOBS.dropoutRate,
    l2: true,
    l2Strength: rounded(between(UNIT.l2, 10, -5, -2)),
    ...(mixup ? { mixup, mixupAlpha: rounded(between(UNIT.mixupAlpha, 10, -1, 0)) } : {}),
  };
  const { strength } = OBJECTIVE_TABLE[objective];
  if (objective === 'erm' || strength === null) return common;
  const value = rounded(between(UNIT.strength + OBJECTIVES.indexOf(objective), 10, ...STRENGTH_EXPONENTS[objective]));
  return { ...common, [strength]: value };
}
