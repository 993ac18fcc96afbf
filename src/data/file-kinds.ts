import { DataError } from './errors.ts';

/** Bytes at the beginning of a file that its kind is told by. */
export const KIND_BYTES = 4096;

interface Kind {
  /** What it is, after the file's name and “is”. */
  readonly words: string;
  readonly remedy: string;
}

const PASTE = 'or copy its cells and use “Paste examples”.';
const WORKBOOK: Kind = {
  words: 'a spreadsheet workbook',
  remedy: `Save the sheet as CSV and choose that file (Excel: File, Save As, “CSV UTF-8”; Google Sheets: File, Download, “Comma-separated values”; LibreOffice: File, Save As, “Text CSV”), ${PASTE}`,
};
const DOCUMENT: Kind = { words: 'a document of a word processor', remedy: 'Put the examples into a spreadsheet, each text with its label beside it, and save that as CSV; or save the document as plain text (.txt), one example a line.' };
const SLIDES: Kind = { words: 'a presentation', remedy: 'Put the examples into a spreadsheet, each text with its label beside it, and save that as CSV.' };
const OFFICE: Kind = { words: 'a file of an office program', remedy: 'Open it there, and save the examples as CSV or plain text.' };
const ARCHIVE: Kind = { words: 'an archive of other files', remedy: 'Unpack it and choose the files inside.' };
const COMPRESSED: Kind = { words: 'a compressed file', remedy: 'Unpack it and choose the file inside.' };
const PDF: Kind = { words: 'a PDF', remedy: 'Copy the examples into a spreadsheet, each text with its label beside it, and save that as CSV.' };
const IMAGE: Kind = { words: 'an image', remedy: 'Type the examples into a spreadsheet, each text with its label beside it, and save that as CSV.' };
const WEB_PAGE: Kind = { words: 'a web page', remedy: 'Download the data that it shows and choose that file (GitHub: “Download raw file”), or copy the table and use “Paste examples”.' };
const BINARY: Kind = { words: 'not a text file', remedy: 'Export its rows as CSV or JSON in the program that it belongs to, and choose that file.' };

/** What zipped formats have in the names of their parts, and what their files end in. */
const ZIPPED: readonly { readonly part: RegExp; readonly ending: RegExp; readonly kind: Kind }[] = [
  { part: /xl\/|opendocument\.spreadsheet|Index\/Tables/u, ending: /\.(xls[xmb]|ods|numbers)$/iu, kind: WORKBOOK },
  { part: /word\/|opendocument\.text/u, ending: /\.(docx|docm|odt|pages)$/iu, kind: DOCUMENT },
  { part: /ppt\/|opendocument\.presentation/u, ending: /\.(pptx|odp|key)$/iu, kind: SLIDES },
];

/** A part of a file's beginning: characters that stand for their numbers, a number, or null for any byte. */
type Part = string | number | null;

/** How files of a kind begin. @param start the beginning, each byte as the character of its number */
const SIGNATURES: readonly { readonly parts: readonly Part[]; readonly kind: Kind | ((name: string, start: string) => Kind) }[] = [
  { parts: ['PK', 3, 4], kind: (name, start) => (ZIPPED.find(({ part }) => part.test(start)) ?? ZIPPED.find(({ ending }) => ending.test(name)))?.kind ?? ARCHIVE },
  { parts: [0xd0, 0xcf, 0x11, 0xe0], kind: (name) => (/\.xls$/iu.test(name) ? WORKBOOK : /\.doc$/iu.test(name) ? DOCUMENT : OFFICE) },
  { parts: ['7z', 0xbc, 0xaf], kind: ARCHIVE },
  { parts: ['Rar!', 0x1a], kind: ARCHIVE },
  { parts: [0x1f, 0x8b], kind: COMPRESSED },
  { parts: ['BZh', null, '1AY'], kind: COMPRESSED },
  { parts: [0xfd, '7zXZ'], kind: COMPRESSED },
  { parts: [0x28, 0xb5, 0x2f, 0xfd], kind: COMPRESSED },
  { parts: ['%PDF-'], kind: PDF },
  { parts: [0x89, 'PNG'], kind: IMAGE },
  { parts: [0xff, 0xd8, 0xff], kind: IMAGE },
  { parts: ['GIF8', null, 'a'], kind: IMAGE },
  { parts: ['RIFF', null, null, null, null, 'WEBP'], kind: IMAGE },
  { parts: [null, null, null, null, 'ftypheic'], kind: IMAGE },
  { parts: ['{\\rtf'], kind: DOCUMENT },
];
const WEB_PAGE_START = /^(ï»¿)?\s*(<!doctype html|<html[\s>])/iu;

/** A text has hardly a control character but tabs and line ends; of the bytes of other files, about a tenth are some. NULs stray into texts too. */
const BINARY_SHARE = 0.03;
/** Fewer tell nothing. */
const CONTROLS_NEEDED = 4;

/**
 * @param head the file's beginning; its first KIND_BYTES are looked at. @param isUtf16 whether its bytes are halves of characters
 * @throws DataError when the file is of a kind that holds no text as it is
 */
export function refuseOtherKinds(name: string, head: Uint8Array, isUtf16: boolean): void {
  const bytes = head.subarray(0, KIND_BYTES);
  const kind = kindOf(name, bytes) ?? (!isUtf16 && isBinary(bytes) ? BINARY : null);
  if (kind) throw new DataError('bad-file', `${name} is ${kind.words}${kind === BINARY ? '' : ', not a text file'}.`, kind.remedy, { file: name });
}

function kindOf(name: string, bytes: Uint8Array): Kind | null {
  const start = String.fromCharCode(...bytes);
  const signed = SIGNATURES.find(({ parts }) => beginsWith(bytes, parts));
  if (signed) return typeof signed.kind === 'function' ? signed.kind(name, start) : signed.kind;
  return WEB_PAGE_START.test(start) ? WEB_PAGE : null;
}

function beginsWith(bytes: Uint8Array, parts: readonly Part[]): boolean {
  const expected = parts.flatMap((part) => (typeof part === 'string' ? [...part].map((letter) => letter.charCodeAt(0)) : [part]));
  return expected.every((byte, at) => at < bytes.length && (byte === null || bytes[at] === byte));
}

function isBinary(bytes: Uint8Array): boolean {
  const controls = bytes.reduce((sum, byte) => sum + (isControl(byte) ? 1 : 0), 0);
  return controls >= CONTROLS_NEEDED && controls > BINARY_SHARE * bytes.length;
}

/** But for NUL, white space, the end-of-file mark of old systems and the escape of terminals. */
function isControl(byte: number): boolean {
  return byte > 0 && byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 0x1a && byte !== 0x1b;
}
