/** All of a trainer's state that the record does not give: enough to go on at `step` as if nothing had happened. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  /** Parameters and optimizer moments: `weights1`, `weights1.m`, `weights1.v`, … */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly values: Float32Array }[];
  /** Rows already taken from each training domain (BatchOrder.position). */
  readonly batchPosition: readonly number[];
}
