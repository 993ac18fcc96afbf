import { breathe } from '../../core/breathe.ts';

let last: Promise<void> = Promise.resolve();

/** Resolves in a task in which nothing else is drawn: charts that change together are drawn one after another, with turns for the page between them. */
export function drawingTurn(): Promise<void> {
  return (last = last.then(breathe));
}
