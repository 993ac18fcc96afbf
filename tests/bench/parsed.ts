import type { ImportPlan } from '../../src/core/import-plan.ts';
import { parseFiles, type Imported } from '../../src/data/parse-files.ts';
import { previewFiles } from '../../src/data/preview-files.ts';

/** What the page proposes to do with a file. */
export async function proposedPlan(file: File): Promise<ImportPlan> {
  const { plan, problem } = await previewFiles([{ name: file.name, content: file }], [null]);
  if (problem !== '') throw new Error(problem);
  return plan;
}

/** A file read as the page reads it once its preview is confirmed, but for embedding. */
export function parsedByHeldout(file: File, plan: ImportPlan): Promise<Imported> {
  return parseFiles([{ name: file.name, content: file }], plan);
}
