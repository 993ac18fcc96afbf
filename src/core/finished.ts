/** Runs a computation that yields often to its end, at once. */
export function finished<T>(work: Generator<unknown, T>): T {
  for (let next = work.next(); ; next = work.next()) if (next.done) return next.value;
}
