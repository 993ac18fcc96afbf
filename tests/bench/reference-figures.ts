/** Accuracy in per cent with one domain held out, from the reference table: one split seed. */
export interface ReferenceFigures {
  readonly heldOutDomain: string;
  readonly train: number;
  readonly validation: number;
  readonly heldOut: number;
}

const figures = (heldOutDomain: string, train: number, validation: number, heldOut: number): ReferenceFigures => ({ heldOutDomain, train, validation, heldOut });

export const REFERENCE: readonly { readonly file: string; readonly domains: readonly ReferenceFigures[] }[] = [
  {
    file: 'sentiment-sentences.csv',
    domains: [figures('amazon', 91.1, 88.4, 84.2), figures('imdb', 90.8, 85.8, 83.7), figures('yelp', 89.5, 86.1, 89.4)],
  },
  {
    file: 'youtube-spam.csv',
    domains: [
      figures('Psy', 96.5, 94.5, 84.2),
      figures('KatyPerry', 95.6, 94.9, 95.1),
      figures('LMFAO', 96.2, 94.6, 89.3),
      figures('Eminem', 95.7, 94.7, 93.1),
      figures('Shakira', 95.4, 94.6, 96.3),
    ],
  },
];
