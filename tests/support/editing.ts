import { applyEdit, type DatasetDraft, type DatasetEdit } from '../../src/core/dataset-edits.ts';
import type { Dataset } from '../../src/core/examples.ts';

/** Runs a computation that pauses to its end. */
export function finished<T>(work: Generator<unknown, T>): T {
  for (let next = work.next(); ; next = work.next()) if (next.done) return next.value;
}

/** A data set after an edit. */
export function applied(dataset: Dataset, edit: DatasetEdit, name = `${dataset.name}, cleaned`): DatasetDraft {
  return finished(applyEdit(dataset, edit, name));
}
