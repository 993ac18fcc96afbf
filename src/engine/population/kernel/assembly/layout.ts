/**
 * Where everything lies in the instance's memory. This is the one place that knows; TypeScript reads the exported addresses.
 *
 * Two shapes of block, of float32 where nothing else is said, little-endian:
 *   panels(n, r)  a matrix of r rows by n units as [⌈n/8⌉][r][8]: eight units of one row are 32 bytes side by side, and the rows of
 *                 a panel follow each other. Unit u of row i: ((u >> 3)·r + i)·8 + (u & 7). Padding units hold zero, and stay zero:
 *                 their gradients are exact zeros.
 *   rows          a matrix row by row.
 *
 * | address          | holds                                                   | shape                     |
 * |------------------|---------------------------------------------------------|---------------------------|
 * | plan             | the plan of a step (f64)                                | [PLAN_DOUBLES]            |
 * | features         | the data set's embeddings                               | rows [N, D8]              |
 * | scoredRows       | rows that an evaluation scores (u32)                    | [S]                       |
 * | scoredLogits     | their logits, after `scoreMember`                       | rows [S, C]               |
 * | states           | K members, each 4 × `stateBytes`: values, m, v, average | see below                 |
 * | groupWeights     | GroupDRO's q                                            | rows [K, G]               |
 * | domainSums       | a row for each of E domains or G groups (f64)           | [max(E, G), 4]            |
 * | domainMeans      | CORAL's means of each domain, then their sum            | rows [E + 1, H8]          |
 * | batchRows        | rows of the batch (u32)                                 | [R]                       |
 * | batchClasses     | class index of each of them (u32)                       | [R]                       |
 * | batchPartners    | the row that it is blended with, a place in the batch   | [R]                       |
 * | batchGroups      | each row's group, or for CORAL its domain (u32)         | [R]                       |
 * | rowTerms         | each row's log Σ exp, then its loss or s of IRMv1 (f64) | [R]                       |
 * | rowWeights       | what a row's p − y is multiplied by                     | [R]                       |
 * | input, mixed     | the batch before and after blending                     | panels(D, R)              |
 * | hidden1, hidden2 | hidden units, after dropout                             | panels(H, R)              |
 * | epsilon1, 2      | the loss's gradient by them, before dropout             | panels(H, R)              |
 * | centred          | CORAL's X                                               | panels(H, R)              |
 * | pull             | an objective's gradient by the last hidden layer        | panels(H, R)              |
 * | products         | TILE rows of CORAL's XXᵀ                                | panels(R, TILE)           |
 * | delta            | logits, then the loss's gradient by them                | panels(C, R)              |
 * | logits           | logits once more, where an objective needs them         | panels(C, R)              |
 * | domainDelta      | the discriminator's logits, then its gradient by them   | panels(E, R)              |
 * | foreignLogits    | logits of other embeddings, after `scoreForeign`        | rows [R, C]               |
 *
 * Other embeddings come in at `mixed`, as rows [R, D8].
 *
 * A state: weights1 as panels(H, D8), bias1 [H8]; with two hidden layers weights2 as panels(H, H8), bias2 [H8]; then the last layer's
 * weights as panels(inner, C8) and its bias [C8], where `inner` is H, or D for a linear head, which begins with them; then, but for a
 * linear head, the discriminator's weights as panels(H, E8) and its bias [E8]. n8 is n rounded up to a multiple of 8. E and G are the
 * largest of any member. R is `capacity`; a batch of fewer rows packs its panels by its own number of rows, rounded up to 4. What
 * depends on R comes last, so that it can grow.
 */
import { PLAN_DOUBLES } from './plan';

export let plan: usize = 0;
export let features: usize = 0;
export let scoredRows: usize = 0;
export let scoredLogits: usize = 0;
export let states: usize = 0;
export let stateBytes: usize = 0;
export let groupWeights: usize = 0;
export let domainSums: usize = 0;
export let domainMeans: usize = 0;
export let batchRows: usize = 0;
export let batchClasses: usize = 0;
export let batchPartners: usize = 0;
export let batchGroups: usize = 0;
export let rowTerms: usize = 0;
export let rowWeights: usize = 0;
export let input: usize = 0;
export let mixed: usize = 0;
export let hidden1: usize = 0;
export let hidden2: usize = 0;
export let epsilon1: usize = 0;
export let epsilon2: usize = 0;
export let centred: usize = 0;
export let pull: usize = 0;
export let products: usize = 0;
export let delta: usize = 0;
export let logits: usize = 0;
export let domainDelta: usize = 0;
export let foreignLogits: usize = 0;

/** D: width of an embedding. */
export let inputWidth: i32 = 0;
/** H: units of a hidden layer; 0 for a linear head. */
export let hiddenWidth: i32 = 0;
/** 0, 1 or 2. */
export let hiddenLayers: i32 = 0;
/** C */
export let classes: i32 = 0;
/** G: groups of GroupDRO, the most of any member. */
export let groups: i32 = 0;
/** E8: row stride of the discriminator's weights. */
export let domainStride: i32 = 0;
/** Units that the last layer reads: H, or D for a linear head. */
export let innerWidth: i32 = 0;
/** R: rows that fit into one batch, a multiple of 4. */
export let capacity: i32 = 0;
/** Rows of XXᵀ that CORAL holds at a time. */
export const TILE: i32 = 32;

/** Offsets of the parts in a state, in bytes: weights1 is at 0. */
export let bias1: usize = 0;
export let weights2: usize = 0;
export let bias2: usize = 0;
export let lastWeights: usize = 0;
export let lastBias: usize = 0;
export let discriminatorWeights: usize = 0;
export let discriminatorBias: usize = 0;

@inline
export function padded(n: i32, multiple: i32): i32 {
  return ((n + multiple - 1) / multiple) * multiple;
}

/** Panels of n units. */
@inline
export function panelsOf(n: i32): i32 {
  return (n + 7) >> 3;
}

/** Where a member's values lie; its m, v and average follow, each `stateBytes` further on. */
@inline
export function stateOf(member: i32): usize {
  return states + 4 * stateBytes * <usize>member;
}

let end: u64 = 0;

/** Takes room for `count` words of 4 bytes. @returns its address, a multiple of 64. */
function room(count: u64): usize {
  const start = end;
  end = (end + 4 * count + 63) & ~(<u64>63);
  return <usize>start;
}

/** Takes room for `count` words in a state. @returns its offset */
function part(offset: usize, count: u64): usize {
  return offset + <usize>(4 * count);
}

/**
 * Lays everything out, and grows the memory to hold it. Called again with a larger `rows` and all else equal, it keeps what lies
 * before the batch. New memory is zero.
 * @returns false when there is not that much memory
 */
export function configure(
  dataRows: i32, width: i32, units: i32, layers: i32, classCount: i32, domains: i32, groupCount: i32, members: i32, scored: i32, rows: i32,
): bool {
  inputWidth = width;
  hiddenWidth = units;
  hiddenLayers = layers;
  classes = classCount;
  groups = groupCount;
  domainStride = padded(domains, 8);
  innerWidth = units > 0 ? units : width;
  capacity = padded(rows, 4);
  const d8 = <u64>padded(width, 8), h8 = <u64>padded(units, 8), c8 = <u64>padded(classCount, 8), inner8 = <u64>padded(innerWidth, 8);
  const e8 = <u64>domainStride, middle = layers > 1 ? h8 : 0;
  bias1 = part(0, h8 * d8);
  weights2 = part(bias1, h8);
  bias2 = part(weights2, middle * h8);
  lastWeights = part(bias2, middle);
  lastBias = part(lastWeights, inner8 * c8);
  discriminatorWeights = part(lastBias, c8);
  discriminatorBias = part(discriminatorWeights, h8 * e8);
  stateBytes = (part(discriminatorBias, units > 0 ? e8 : 0) + 63) & ~63;

  end = ((<u64>__heap_base) + 63) & ~(<u64>63);
  plan = room(2 * PLAN_DOUBLES);
  features = room(<u64>dataRows * d8);
  scoredRows = room(scored);
  scoredLogits = room(<u64>scored * <u64>classCount);
  states = room(<u64>members * <u64>stateBytes);
  groupWeights = room(<u64>members * <u64>groupCount);
  domainSums = room(8 * <u64>max(domains, groupCount));
  domainMeans = room(<u64>(domains + 1) * h8);
  const r = <u64>capacity;
  batchRows = room(r);
  batchClasses = room(r);
  batchPartners = room(r);
  batchGroups = room(r);
  rowTerms = room(2 * r);
  rowWeights = room(r);
  input = room(r * d8);
  mixed = room(r * d8);
  hidden1 = room(r * h8);
  epsilon1 = room(r * h8);
  hidden2 = layers > 1 ? room(r * h8) : hidden1;
  epsilon2 = layers > 1 ? room(r * h8) : epsilon1;
  centred = room(r * h8);
  pull = room(r * h8);
  products = room(units > 0 ? (r + 8) * TILE : 0);
  delta = room(r * c8);
  logits = room(r * c8);
  domainDelta = room(units > 0 ? r * e8 : 0);
  foreignLogits = room(r * <u64>classCount);
  const pages = (end + 0xffff) >> 16;
  if (pages > 65536) return false;
  const missing = <i32>pages - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}
