import type { ColumnTally, Encoding, FilePreview } from '../../src/core/import-plan.ts';
import type { Progress } from '../../src/core/progress.ts';
import type { ImportedDataset } from '../../src/protocol/encoder.ts';
import type { ImportApi, ImportSource } from '../../src/protocol/imports.ts';

/** The characters of Windows-1252 from byte 0x80 on; the five that are not defined stand for themselves. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ' + String.fromCharCode(...Array.from({ length: 96 }, (_, i) => 0xa0 + i));

/** Letters of Windows-1252 beyond ASCII. */
export const WINDOWS_1252_LETTERS = ['é', 'ß', '€', '’', '“', 'Ž', 'ÿ', '…'] as const;

/** Imports files as the page does when the user accepts what is proposed. @throws when the proposal cannot be carried out */
export async function importAsProposed(imports: ImportApi, sources: readonly ImportSource[], onProgress: (progress: Progress) => void = () => {}): Promise<ImportedDataset> {
  const { plan, problem } = await imports.preview(sources, sources.map(() => null), 'look');
  if (problem !== '') throw new Error(problem);
  return imports.run(sources, plan, 'import', onProgress);
}

/** The preview of a table that is all looked at, has no problem, and this many rows of each value in its columns; by default a text a row and two labels. */
export function previewOf(file: string, columns: readonly string[], values: readonly (readonly (readonly [string, number])[] | null | undefined)[] = [], rowsSeen = 10): FilePreview {
  const even = [['a', rowsSeen / 2], ['b', rowsSeen / 2]] as const;
  const tallies = columns.map((_, i): ColumnTally => {
    const counts = values[i] === undefined ? even : values[i];
    return { filled: counts === null ? rowsSeen : counts.reduce((sum, [, rows]) => sum + rows, 0), values: counts };
  });
  return { file, bytes: 23, reading: { format: 'delimited', encoding: 'utf-8', delimiter: ',', hasHeader: true }, columns, rows: [columns], rowsSeen, isWhole: true, tallies, problems: [], advice: '', lines: [] };
}

/** Text as bytes. @throws when the encoding has not all its characters */
export function encoded(text: string, encoding: Encoding, mark = false): Uint8Array<ArrayBuffer> {
  const whole = (mark ? '\uFEFF' : '') + text;
  if (encoding === 'utf-8') return new TextEncoder().encode(whole);
  if (encoding === 'windows-1252') return Uint8Array.from(text, byteOf);
  const bytes = new Uint8Array(2 * whole.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < whole.length; i++) view.setUint16(2 * i, whole.charCodeAt(i), encoding === 'utf-16le');
  return bytes;
}

function byteOf(letter: string): number {
  const code = letter.charCodeAt(0);
  if (code < 0x80) return code;
  const at = WINDOWS_1252.indexOf(letter);
  if (at < 0 || letter.length > 1) throw new RangeError(`Windows-1252 has no ${letter}.`);
  return 0x80 + at;
}
