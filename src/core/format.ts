import type { Interval } from './statistics.ts';

/** Numbers as the page writes them: English digits, en dash in ranges, thin rules of rounding in one place. */

/** A share as per cent with one decimal: 0.8512 → “85.1 %”. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A loss in nats with three decimals. */
export function nats(loss: number): string {
  return loss.toFixed(3);
}

/** Both limits of a share in per cent: “79.3–90.0”. */
export function percentRange({ low, high }: Interval): string {
  return `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;
}

/** Both limits of a mean loss, which is never below 0; “not known” where there is none. */
export function natsRange({ low, high }: Interval): string {
  return Number.isFinite(low) && Number.isFinite(high) ? `${Math.max(0, low).toFixed(3)}–${high.toFixed(3)}` : 'not known';
}

/** Made once: toLocaleString makes one at each call. */
const ENGLISH = new Intl.NumberFormat('en');

/** 12345 → “12,345”. */
export function count(n: number): string {
  return ENGLISH.format(n);
}

/** count + noun, with the noun's plural by an s, or the one given. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : plural}`;
}

/** 28123456 → “28.1 MB”. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** 5312 → “5.3 kB”, 28123456 → “28.1 MB”, 10766530257 → “10.8 GB”. */
export function byteSize(bytes: number): string {
  if (bytes >= 999_950_000) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes < 99_950 ? `${(bytes / 1e3).toFixed(1)} kB` : megabytes(bytes);
}

/** A knob's number: a whole one as it is, others to two significant digits, never in exponent form. */
export function knobNumber(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(2)));
}
