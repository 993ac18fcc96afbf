import { gather } from './batch';
import { exp, log } from './doubles';
import { forward } from './forward';
import * as at from './layout';
import { addNoise, dropOut } from './random';
import { trainMember } from './step';

export {
  configure, plan, features, scoredRows, scoredLogits, states, stateBytes, groups, groupWeights, batchRows, batchClasses, batchPartners, batchGroups, mixed,
  foreignLogits, capacity, domainStride, bias1, weights2, bias2, lastWeights, lastBias, discriminatorWeights, discriminatorBias,
} from './layout';
export { trainMember, dropOut, addNoise, exp, log };

/**
 * Logits of `rows` gathered rows, without dropout, as rows [rows, C] at `out`.
 * @param averaged whether of the averaged weights
 * @param list their indices (u32), or 0 for the first ones
 */
function evaluate(member: i32, averaged: bool, table: usize, list: usize, rows: i32, out: usize): void {
  const stride = at.padded(rows, 4);
  gather(table, list, rows, stride, at.inputWidth, at.input);
  forward(at.stateOf(member) + (averaged ? 3 * at.stateBytes : 0), at.input, stride, false);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < at.classes; c++) {
      store<f32>(out, load<f32>(at.delta + 4 * ((c >> 3) * 8 * stride + 8 * row + (c & 7))));
      out += 4;
    }
  }
}

/** Logits of the `count` rows at `scoredRows` into `scoredLogits`. */
export function scoreMember(member: i32, averaged: bool, count: i32): void {
  for (let from = 0; from < count; from += at.capacity) {
    const out = at.scoredLogits + 4 * <usize>from * <usize>at.classes;
    evaluate(member, averaged, at.features, at.scoredRows + 4 * from, min(at.capacity, count - from), out);
  }
}

/** Logits of `rows` embeddings (at most `capacity`) at `mixed` into `foreignLogits`. */
export function scoreForeign(member: i32, averaged: bool, rows: i32): void {
  evaluate(member, averaged, at.mixed, 0, rows, at.foreignLogits);
}
