/**
 * Where everything lies in the instance's memory. This is the one place that knows; TypeScript reads the exported addresses.
 *
 * Two shapes of block, all of float32, little-endian:
 *   panels(n, r)  a matrix of r rows by n units as [⌈n/8⌉][r][8]: eight units of one row are 32 bytes side by side, and the rows of
 *                 a panel follow each other. Unit u of row i: ((u >> 3)·r + i)·8 + (u & 7). Padding units hold zero, and stay zero:
 *                 their gradients are exact zeros.
 *   rows          a matrix row by row.
 *
 * | address          | holds                                                   | shape                     |
 * |------------------|---------------------------------------------------------|---------------------------|
 * | features         | the data set's embeddings                               | rows [N, D8]              |
 * | classOf          | class index of each row (u32)                           | [N]                       |
 * | scoredRows       | rows that an evaluation scores (u32)                    | [E]                       |
 * | scoredLogits     | their logits, after `scoreMember`                       | rows [E, C]               |
 * | states           | K members, each 3 × `stateBytes`: values, m, v          | see below                 |
 * | batchRows        | rows of the batch (u32)                                 | [R]                       |
 * | batchPartners    | each row's mixup partner, a place in the batch (u32)    | [R]                       |
 * | input, mixed     | the batch before and after mixup                        | panels(D, R)              |
 * | mask             | dropout mask                                            | panels(inner, R)          |
 * | hidden, epsilon  | hidden units, and the loss's gradient by them           | panels(H, R)              |
 * | delta            | logits, then the loss's gradient by them                | panels(C, R)              |
 * | foreignLogits    | logits of other embeddings, after `scoreForeign`        | rows [R, C]               |
 *
 * Other embeddings come in at `mixed`, as rows [R, D8].
 *
 * A state: weights1 as panels(H, D8), bias1 [H8], then the last layer's weights as panels(inner, C8) and its bias [C8], where
 * `inner` is H, or D for a linear head, which has no first part. n8 is n rounded up to a multiple of 8. R is `capacity`; a batch
 * of fewer rows packs its panels by its own number of rows, rounded up to 4. What depends on R comes last, so that it can grow.
 */

export let features: usize = 0;
export let classOf: usize = 0;
export let scoredRows: usize = 0;
export let scoredLogits: usize = 0;
export let states: usize = 0;
export let stateBytes: usize = 0;
export let batchRows: usize = 0;
export let batchPartners: usize = 0;
export let input: usize = 0;
export let mixed: usize = 0;
export let mask: usize = 0;
export let hidden: usize = 0;
export let epsilon: usize = 0;
export let delta: usize = 0;
export let foreignLogits: usize = 0;

/** D: width of an embedding. */
export let inputWidth: i32 = 0;
/** H: hidden units; 0 for a linear head. */
export let hiddenWidth: i32 = 0;
/** C */
export let classes: i32 = 0;
/** Units that the last layer reads: H, or D for a linear head. */
export let innerWidth: i32 = 0;
/** R: rows that fit into one batch, a multiple of 4. */
export let capacity: i32 = 0;

/** Offsets of the parts in a state, in bytes: weights1 is at 0. */
export let bias1: usize = 0;
export let lastWeights: usize = 0;
export let lastBias: usize = 0;

@inline
export function padded(n: i32, multiple: i32): i32 {
  return ((n + multiple - 1) / multiple) * multiple;
}

/** Panels of n units. */
@inline
export function panelsOf(n: i32): i32 {
  return (n + 7) >> 3;
}

/** Where a member's values lie; its m is `stateBytes` further on, its v twice that. */
@inline
export function stateOf(member: i32): usize {
  return states + 3 * stateBytes * <usize>member;
}

let end: u64 = 0;

/** Takes room for `count` words of 4 bytes. @returns its address, a multiple of 64. */
function room(count: u64): usize {
  const start = end;
  end = (end + 4 * count + 63) & ~(<u64>63);
  return <usize>start;
}

/**
 * Lays everything out, and grows the memory to hold it. Called again with a larger `rows` and all else equal, it keeps what lies
 * before the batch. New memory is zero.
 * @returns false when there is not that much memory
 */
export function configure(dataRows: i32, width: i32, units: i32, classCount: i32, members: i32, scored: i32, rows: i32): bool {
  inputWidth = width;
  hiddenWidth = units;
  classes = classCount;
  innerWidth = units > 0 ? units : width;
  capacity = padded(rows, 4);
  const d8 = <u64>padded(width, 8), h8 = <u64>padded(units, 8), c8 = <u64>padded(classCount, 8), inner8 = <u64>padded(innerWidth, 8);
  bias1 = <usize>(4 * h8 * d8);
  lastWeights = bias1 + <usize>(4 * h8);
  lastBias = lastWeights + <usize>(4 * inner8 * c8);
  stateBytes = <usize>((lastBias + <usize>(4 * c8) + 63) & ~63);

  end = ((<u64>__heap_base) + 63) & ~(<u64>63);
  features = room(<u64>dataRows * d8);
  classOf = room(dataRows);
  scoredRows = room(scored);
  scoredLogits = room(<u64>scored * <u64>classCount);
  states = room((<u64>members * 3 * <u64>stateBytes) >> 2);
  const r = <u64>capacity;
  batchRows = room(r);
  batchPartners = room(r);
  input = room(r * d8);
  mixed = room(r * d8);
  mask = room(r * inner8);
  hidden = room(r * h8);
  epsilon = room(r * h8);
  delta = room(r * c8);
  foreignLogits = room(r * <u64>classCount);
  const pages = (end + 0xffff) >> 16;
  if (pages > 65536) return false;
  const missing = <i32>pages - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}
