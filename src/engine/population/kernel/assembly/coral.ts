import { TILE, batchGroups, centred, domainMeans, hiddenWidth, panelsOf, products, pull } from './layout';
import * as plan from './plan';
import { affine, project } from './products';

/*
 * CORAL: loss L̄ + (w/P)·Σ_{a<b} [ ‖μ_a − μ_b‖²/H + ‖C_a − C_b‖²/H² ] with means μ [H] and covariances C [H, H] (divided by n − 1) of the last
 * hidden layer h̃ after dropout, domain by domain, and P = E·(E − 1)/2 pairs. Sun & Saenko, "Deep CORAL" (ECCV 2016 workshops), eq. 1, in
 * DomainBed's form, which has the means too and divides by H and H² instead of 4·H². With n = 1 there is no covariance, and C counts as 0.
 *
 * By h̃, with x_i the row less its domain's mean: ∂/∂h̃_i = (2w/(P·H·n))·(E·μ_d − Σ_b μ_b) + (4w/(P·H²·(n − 1)))·(E·C_d − Σ_b C_b)·x_i.
 * The second term without any H × H matrix: C_b·x_i = Σ_{j in b} K_ij·x_j / (n − 1) with K = XXᵀ, so it is a product of
 * (K ⊙ (E·[same domain] − 1)) and X, TILE rows at a time.
 */

/** The gradient of CORAL's penalty by h̃, into `pull`. @param hidden h̃, panels(H, stride) */
export function coralPull(hidden: usize, stride: i32): void {
  const panels = panelsOf(hiddenWidth), n = plan.perDomain;
  const pairs = <f64>plan.domains * <f64>(plan.domains - 1) / 2;
  const width = <f64>hiddenWidth;
  centre(hidden, stride, panels);
  if (n > 1) {
    const factor = (4 * plan.objectiveWeight) / (pairs * width * width * <f64>(n - 1) * <f64>(n - 1));
    for (let row = 0; row < plan.rows; row++) store<u32>(batchGroups + 4 * row, row / n);
    for (let from = 0; from < stride; from += TILE) {
      const rows = min(TILE, stride - from), tile = 32 * from;
      project(centred + tile, stride, panels, centred, stride, stride, 0, products, TILE, rows);
      scaleProducts(from, rows, stride, <f32>(factor * <f64>(plan.domains - 1)), <f32>-factor);
      affine(products, TILE, stride, centred, stride, panels, 0, pull + tile, stride, rows);
    }
  } else memory.fill(pull, 0, 32 * stride * panels);
  addMeans(stride, panels, <f32>((2 * plan.objectiveWeight) / (pairs * width * <f64>n)));
}

/** Means of each domain and their sum into `domainMeans`; rows less their domain's mean into `centred`, rows of padding zero. */
function centre(hidden: usize, stride: i32, panels: i32): void {
  const panelBytes: usize = 32 * stride, meanBytes: usize = 32 * panels, domainBytes: usize = 32 * plan.perDomain;
  const counts = f32x4.splat(<f32>plan.perDomain);
  const total = domainMeans + meanBytes * plan.domains;
  memory.fill(total, 0, meanBytes);
  for (let half = 0; half < 2 * panels; half++) {
    const offset = panelBytes * (half >> 1) + 16 * (half & 1);
    let from = hidden + offset, to = centred + offset, mean = domainMeans + 16 * half;
    let all = f32x4.splat(0);
    for (let domain = 0; domain < plan.domains; domain++) {
      let sum = f32x4.splat(0);
      const end = from + domainBytes;
      for (let at = from; at < end; at += 32) sum = f32x4.add(sum, v128.load(at));
      const own = f32x4.div(sum, counts);
      for (; from < end; from += 32, to += 32) v128.store(to, f32x4.sub(v128.load(from), own));
      v128.store(mean, own);
      all = f32x4.add(all, own);
      mean += meanBytes;
    }
    v128.store(total + 16 * half, all);
    for (let row = plan.rows; row < stride; row++, to += 32) v128.store(to, f32x4.splat(0));
  }
}

/** K_ij ← K_ij·(`same` where i and j are of one domain, else `different`), for the tile of rows that begins with row `from`. */
function scaleProducts(from: i32, rows: i32, stride: i32, same: f32, different: f32): void {
  const sames = f32x4.splat(same), differents = f32x4.splat(different);
  for (let j = 0; j < stride; j += 4) {
    const domains = v128.load(batchGroups + 4 * j);
    let at = products + 32 * TILE * (j >> 3) + 4 * (j & 7);
    for (let i = from; i < from + rows; i++, at += 32) {
      const isSame = i32x4.eq(domains, v128.load_splat<u32>(batchGroups + 4 * i));
      v128.store(at, f32x4.mul(v128.load(at), v128.bitselect(sames, differents, isSame)));
    }
  }
}

/** pull_i ← pull_i + factor·(E·μ_d − Σ_b μ_b) */
function addMeans(stride: i32, panels: i32, factor: f32): void {
  const meanBytes: usize = 32 * panels;
  const total = domainMeans + meanBytes * plan.domains;
  const count = f32x4.splat(<f32>plan.domains), factors = f32x4.splat(factor);
  for (let half = 0; half < 2 * panels; half++) {
    let at = pull + 32 * stride * (half >> 1) + 16 * (half & 1);
    let mean = domainMeans + 16 * half;
    for (let domain = 0; domain < plan.domains; domain++, mean += meanBytes) {
      const step = f32x4.mul(factors, f32x4.sub(f32x4.mul(count, v128.load(mean)), v128.load(total + 16 * half)));
      for (const end = at + 32 * plan.perDomain; at < end; at += 32) v128.store(at, f32x4.add(v128.load(at), step));
    }
  }
}
