/** Euclidean norm of a list of numbers, in double precision. */
export function norm(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] as number) ** 2;
  return Math.sqrt(squares);
}

/** ‖a − b‖ / ‖scale‖; lists of different lengths are infinitely far apart. */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>, scale: ArrayLike<number> = b): number {
  if (a.length !== b.length) return Infinity;
  return norm(difference(a, b)) / norm(scale);
}

/** a − b, in double precision. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (value, i) => value - (b[i] as number));
}
