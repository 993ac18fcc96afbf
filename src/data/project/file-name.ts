const MAX_LENGTH = 80;

/** A data set's name as the name of a file, without its ending: what some system does not allow in one is a hyphen. */
export function fileNameOf(name: string): string {
  const plain = name.replace(/[\p{Cc}<>:"/\\|?*]+/gu, '-').replace(/^[\s.]+|[\s.]+$/gu, '');
  return [...plain].slice(0, MAX_LENGTH).join('').trim() || 'data';
}
