import { multiplyAdd, sumOfLanes } from './lanes';

/**
 * out[i, u] = Σ_k a[i, k]·w[k, u] + bias[u], in register tiles of 4 rows by 8 units: each turn loads two vectors of w and four
 * values of a for eight multiply-adds.
 * @param a first of the rows in panels(depth, aStride); `depth` a multiple of 4
 * @param w `panels` panels of [depthStride][8]
 * @param bias [8·panels], or 0 for none
 * @param out first of the rows in panels(8·panels, outStride)
 * @param rows a multiple of 4
 */
export function affine(
  a: usize, aStride: i32, depth: i32, w: usize, depthStride: i32, panels: i32, bias: usize, out: usize, outStride: i32, rows: i32,
): void {
  const panelBytes: usize = 32 * aStride, outBytes: usize = 32 * outStride;
  for (let panel = 0; panel < panels; panel++) {
    const bias0 = bias ? v128.load(bias + 32 * panel) : f32x4.splat(0);
    const bias1 = bias ? v128.load(bias + 32 * panel, 16) : f32x4.splat(0);
    for (let row = 0; row < rows; row += 4) {
      let c00 = bias0, c01 = bias1, c10 = bias0, c11 = bias1, c20 = bias0, c21 = bias1, c30 = bias0, c31 = bias1;
      let x = a + 32 * row;
      let from = w + 32 * <usize>panel * <usize>depthStride;
      let hop: usize = 16;
      for (let k = 0; k < depth; k += 4) {
        let w0 = v128.load(from), w1 = v128.load(from, 16);
        let s = v128.load_splat<f32>(x);
        c00 = multiplyAdd(s, w0, c00); c01 = multiplyAdd(s, w1, c01);
        s = v128.load_splat<f32>(x, 32);
        c10 = multiplyAdd(s, w0, c10); c11 = multiplyAdd(s, w1, c11);
        s = v128.load_splat<f32>(x, 64);
        c20 = multiplyAdd(s, w0, c20); c21 = multiplyAdd(s, w1, c21);
        s = v128.load_splat<f32>(x, 96);
        c30 = multiplyAdd(s, w0, c30); c31 = multiplyAdd(s, w1, c31);

        w0 = v128.load(from, 32); w1 = v128.load(from, 48);
        s = v128.load_splat<f32>(x, 4);
        c00 = multiplyAdd(s, w0, c00); c01 = multiplyAdd(s, w1, c01);
        s = v128.load_splat<f32>(x, 36);
        c10 = multiplyAdd(s, w0, c10); c11 = multiplyAdd(s, w1, c11);
        s = v128.load_splat<f32>(x, 68);
        c20 = multiplyAdd(s, w0, c20); c21 = multiplyAdd(s, w1, c21);
        s = v128.load_splat<f32>(x, 100);
        c30 = multiplyAdd(s, w0, c30); c31 = multiplyAdd(s, w1, c31);

        w0 = v128.load(from, 64); w1 = v128.load(from, 80);
        s = v128.load_splat<f32>(x, 8);
        c00 = multiplyAdd(s, w0, c00); c01 = multiplyAdd(s, w1, c01);
        s = v128.load_splat<f32>(x, 40);
        c10 = multiplyAdd(s, w0, c10); c11 = multiplyAdd(s, w1, c11);
        s = v128.load_splat<f32>(x, 72);
        c20 = multiplyAdd(s, w0, c20); c21 = multiplyAdd(s, w1, c21);
        s = v128.load_splat<f32>(x, 104);
        c30 = multiplyAdd(s, w0, c30); c31 = multiplyAdd(s, w1, c31);

        w0 = v128.load(from, 96); w1 = v128.load(from, 112);
        s = v128.load_splat<f32>(x, 12);
        c00 = multiplyAdd(s, w0, c00); c01 = multiplyAdd(s, w1, c01);
        s = v128.load_splat<f32>(x, 44);
        c10 = multiplyAdd(s, w0, c10); c11 = multiplyAdd(s, w1, c11);
        s = v128.load_splat<f32>(x, 76);
        c20 = multiplyAdd(s, w0, c20); c21 = multiplyAdd(s, w1, c21);
        s = v128.load_splat<f32>(x, 108);
        c30 = multiplyAdd(s, w0, c30); c31 = multiplyAdd(s, w1, c31);
        from += 128;
        x += hop; // to the panel's other half, or to the next panel
        hop = panelBytes - hop;
      }
      const to = out + outBytes * panel + 32 * row;
      v128.store(to, c00); v128.store(to, c01, 16);
      v128.store(to, c10, 32); v128.store(to, c11, 48);
      v128.store(to, c20, 64); v128.store(to, c21, 80);
      v128.store(to, c30, 96); v128.store(to, c31, 112);
    }
  }
}

/**
 * out[i, c] = Σ_u a[i, u]·w[c, u] + bias[c], in tiles of 4 rows by 2 classes, lanes running over the units.
 * @param a first of the rows in `panels` panels of [aStride][8]
 * @param w `panels` panels of [classStride][8], rows of padding classes zero
 * @param bias [classes, padded to an even number], or 0 for none
 * @param out first of the rows in panels(classes, outStride); an odd number of classes writes one unit of padding
 * @param rows a multiple of 4
 */
export function project(
  a: usize, aStride: i32, panels: i32, w: usize, classStride: i32, classes: i32, bias: usize, out: usize, outStride: i32, rows: i32,
): void {
  const panelBytes: usize = 32 * aStride, outBytes: usize = 32 * outStride, stride: usize = 32 * classStride;
  for (let row = 0; row < rows; row += 4) {
    for (let c = 0; c < classes; c += 2) {
      let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
      let x = a + 32 * row, from = w + 32 * c;
      for (let panel = 0; panel < panels; panel++) {
        let w0 = v128.load(from), w1 = v128.load(from, 32);
        let s = v128.load(x);
        c00 = multiplyAdd(s, w0, c00); c01 = multiplyAdd(s, w1, c01);
        s = v128.load(x, 32);
        c10 = multiplyAdd(s, w0, c10); c11 = multiplyAdd(s, w1, c11);
        s = v128.load(x, 64);
        c20 = multiplyAdd(s, w0, c20); c21 = multiplyAdd(s, w1, c21);
        s = v128.load(x, 96);
        c30 = multiplyAdd(s, w0, c30); c31 = multiplyAdd(s, w1, c31);

        w0 = v128.load(from, 16); w1 = v128.load(from, 48);
        s = v128.load(x, 16);
        c00 = multiplyAdd(s, w0, c00); c01 = multiplyAdd(s, w1, c01);
        s = v128.load(x, 48);
        c10 = multiplyAdd(s, w0, c10); c11 = multiplyAdd(s, w1, c11);
        s = v128.load(x, 80);
        c20 = multiplyAdd(s, w0, c20); c21 = multiplyAdd(s, w1, c21);
        s = v128.load(x, 112);
        c30 = multiplyAdd(s, w0, c30); c31 = multiplyAdd(s, w1, c31);
        x += panelBytes;
        from += stride;
      }
      const to = out + outBytes * (c >> 3) + 32 * row + 4 * (c & 7);
      const bias0 = bias ? load<f32>(bias + 4 * c) : <f32>0, bias1 = bias ? load<f32>(bias + 4 * c, 4) : <f32>0;
      store<f32>(to, sumOfLanes(c00) + bias0); store<f32>(to, sumOfLanes(c01) + bias1, 4);
      store<f32>(to, sumOfLanes(c10) + bias0, 32); store<f32>(to, sumOfLanes(c11) + bias1, 36);
      store<f32>(to, sumOfLanes(c20) + bias0, 64); store<f32>(to, sumOfLanes(c21) + bias1, 68);
      store<f32>(to, sumOfLanes(c30) + bias0, 96); store<f32>(to, sumOfLanes(c31) + bias1, 100);
    }
  }
}
