/** Runs commands one after another, in the order in which they are given, whatever the order of their awaits. One that fails holds up none after it. */
export class InTurn {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(command: () => Promise<T>): Promise<T> {
    const result = this.last.then(command);
    this.last = result.catch(() => undefined);
    return result;
  }
}
