import { applyEdit, type DatasetDraft, type DatasetEdit } from '../../src/core/dataset-edits.ts';
import type { Dataset } from '../../src/core/examples.ts';
import { finished } from '../../src/core/finished.ts';

export { finished };

/** A data set after an edit. */
export function applied(dataset: Dataset, edit: DatasetEdit, name = `${dataset.name}, cleaned`): DatasetDraft {
  return finished(applyEdit(dataset, edit, name));
}
