/**
 * How fast a run is shown. A step may take a fraction of a millisecond, and a run would be over before anyone could turn a knob.
 * The pace changes nothing that is computed, so it is no part of the run record.
 */
export interface Pace {
  readonly name: 'watch' | 'slow' | 'full';
  readonly label: string;
  /** At most so many; Infinity for no limit. */
  readonly stepsPerSecond: number;
}

export const PACES: readonly [Pace, ...Pace[]] = [
  { name: 'watch', label: '120 steps a second', stepsPerSecond: 120 },
  { name: 'slow', label: '20 steps a second', stepsPerSecond: 20 },
  { name: 'full', label: 'As fast as possible', stepsPerSecond: Infinity },
];
