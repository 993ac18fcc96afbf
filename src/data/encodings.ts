import type { Encoding } from '../core/import-plan.ts';

/** Bytes that every encoding here needs at most for one character. */
export const MAX_CHARACTER_BYTES = 4;

/** Share of the pairs of bytes with a NUL on one side from which text without a byte order mark is taken for UTF-16. */
const UTF16_NULS = 0.02;

/**
 * How a file's text is encoded: by its byte order mark; else UTF-16 where NULs stand on one side of the pairs of bytes, as Latin letters, digits and line ends have
 * them; else UTF-8 where it is, or is but for a few bytes, which reading then names; else Windows-1252.
 * @param head the beginning of the file. @param whole whether that is all of it
 */
export function detectEncoding(head: Uint8Array, whole: boolean): Encoding {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const nuls = [0, 0] as [number, number];
  head.forEach((byte, at) => {
    if (byte === 0) nuls[(at & 1) as 0 | 1]++;
  });
  const [even, odd] = nuls;
  if (Math.max(even, odd) >= Math.max(2, (UTF16_NULS * head.length) / 2) && Math.max(even, odd) > 8 * Math.min(even, odd)) return even > odd ? 'utf-16be' : 'utf-16le';
  return isMostlyUtf8(whole ? head : head.subarray(0, wholeCharacters(head, 'utf-8'))) ? 'utf-8' : 'windows-1252';
}

/** @returns where to cut so that a character that goes on after these bytes is left whole to the next ones. */
export function wholeCharacters(bytes: Uint8Array, encoding: Encoding): number {
  if (encoding === 'windows-1252') return bytes.length;
  if (encoding !== 'utf-8') {
    const even = bytes.length & ~1;
    const highByte = bytes[even - (encoding === 'utf-16le' ? 1 : 2)] ?? 0;
    return even > 0 && (highByte & 0xfc) === 0xd8 ? even - 2 : even;
  }
  for (let back = 1; back <= Math.min(MAX_CHARACTER_BYTES, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    return byte >= 0xc0 ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Decodes a file that comes in pieces, which may cut characters. A byte order mark is kept. */
export class StreamDecoder {
  private readonly decoder: TextDecoder | null;

  constructor(encoding: Encoding) {
    this.decoder = encoding === 'windows-1252' ? null : new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  }

  /** @returns the text that is complete with these bytes; null when they are not valid, or end within a character and are the `last` ones. Nothing can be pushed then. */
  push(bytes: Uint8Array, last: boolean): string | null {
    if (!this.decoder) return decodeWindows1252(bytes);
    try {
      return this.decoder.decode(bytes, { stream: !last });
    } catch {
      return null;
    }
  }
}

/** @returns the text of the longest valid beginning, and where that ends: at `bytes.length` when all is valid. A byte order mark is kept. */
export function decodeValid(bytes: Uint8Array, encoding: Encoding): { text: string; end: number } {
  const all = decode(bytes, encoding, false);
  if (all !== null) return { text: all, end: bytes.length };
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decode(bytes.subarray(0, middle), encoding, true) === null) bad = middle;
    else good = middle;
  }
  // `good` may end inside a character that is never completed.
  for (let end = good; ; end--) {
    const text = decode(bytes.subarray(0, end), encoding, false);
    if (text !== null) return { text, end };
  }
}

/** @returns the text with U+FFFD for what the encoding does not allow. A byte order mark is kept. */
export function decodeAnyhow(bytes: Uint8Array, encoding: Encoding): string {
  return encoding === 'windows-1252' ? decodeWindows1252(bytes) : new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
}

/** Null where the bytes are not valid. @param stream whether the last character may be incomplete */
function decode(bytes: Uint8Array, encoding: Encoding, stream: boolean): string | null {
  if (encoding === 'windows-1252') return decodeWindows1252(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
  } catch {
    return null;
  }
}

/** What bytes 0x80 to 0x9F stand for; the others stand for their number. https://encoding.spec.whatwg.org/index-windows-1252.txt */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';
/** Bytes that become one call's arguments. */
const BYTES_PER_CALL = 4096;

/** As TextDecoder should, which in some versions of Node reads bytes 0x80 to 0x9F as Latin-1, and a 0xFF by itself as nothing. */
function decodeWindows1252(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += BYTES_PER_CALL) text += String.fromCharCode(...bytes.subarray(from, from + BYTES_PER_CALL));
  return text.replace(/[\u0080-\u009F]/gu, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80] as string);
}

/** What a byte stands for in Windows-1252. */
export function windows1252Letter(byte: number): string {
  return decodeWindows1252(Uint8Array.of(byte));
}

function isMostlyUtf8(bytes: Uint8Array): boolean {
  if (decode(bytes, 'utf-8', false) !== null) return true;
  const text = new TextDecoder().decode(bytes);
  const broken = text.split('\uFFFD').length - 1;
  const beyondAscii = text.match(/[\u0080-\uFFFC\u{10000}-\u{10FFFF}]/gu)?.length ?? 0;
  return beyondAscii >= broken;
}
