const NARROW = /^[\0-\xff]*$/u;

/**
 * About how many bytes plain data take where a browser keeps it: texts a byte a UTF-16 unit, two where they need it, numbers eight, names of
 * fields each time anew.
 */
export function approximateBytes(value: unknown): number {
  if (typeof value === 'string') return NARROW.test(value) ? value.length : 2 * value.length;
  if (typeof value === 'number') return 8;
  if (typeof value !== 'object' || value === null) return 1;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value)) return (value as readonly unknown[]).reduce((sum: number, entry) => sum + approximateBytes(entry), 0);
  return Object.entries(value).reduce((sum, [name, entry]) => sum + name.length + approximateBytes(entry), 0);
}
