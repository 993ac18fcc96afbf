import type { MemberSpec, PopulationData } from './population.ts';

/** G: length of GroupDRO's q. @param domains number of a member's training domains */
export function groupCount(groupOf: Uint32Array | undefined, domains: number): number {
  return groupOf ? 1 + groupOf.reduce((largest, group) => Math.max(largest, group), 0) : domains;
}

/** Which groups occur in a member's training rows, in ascending order. */
export function groupsInTraining({ groupOf }: PopulationData, { train }: MemberSpec): readonly number[] {
  if (!groupOf) return train.map((_, domain) => domain);
  return [...new Set(train.flatMap((rows) => Array.from(rows, (row) => groupOf[row] as number)))].sort((a, b) => a - b);
}

/** GroupDRO's q at the start [G]: equal over the groups that occur in the member's training rows, 0 for others. */
export function initialGroupWeights(data: PopulationData, spec: MemberSpec): Float32Array {
  const present = groupsInTraining(data, spec);
  const weights = new Float32Array(groupCount(data.groupOf, spec.train.length));
  for (const group of present) weights[group] = 1 / present.length;
  return weights;
}

/** Group of each row of a batch [B]. @param perDomain rows of each training domain */
export function groupsOfBatch({ groupOf }: PopulationData, rows: Uint32Array, perDomain: number): Uint32Array {
  return rows.map((row, i) => (groupOf ? (groupOf[row] as number) : Math.floor(i / perDomain)));
}
