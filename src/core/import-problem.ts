import { ROLES, type FilePreview, type ImportPlan, type ImportPreview, type Origin } from './import-plan.ts';

/** Why a plan cannot be carried out as it is, in words that say what to choose; '' when it can. */
export function problemOf({ name, origins }: Pick<ImportPlan, 'name' | 'origins'>, files: readonly Pick<FilePreview, 'file' | 'columns'>[]): string {
  const { text, label } = origins;
  if (text.kind !== 'column') return 'Choose the column that holds the texts.';
  if (label.kind === 'none') return 'Choose where the labels come from.';
  for (const role of ROLES) {
    const origin = origins[role];
    const lacking = origin.kind === 'column' ? files.find(({ columns }) => !columns.includes(origin.column)) : undefined;
    if (lacking && origin.kind === 'column') return `${lacking.file} has no column “${origin.column}”. Choose another one for the ${role}, or leave the file out.`;
  }
  if (label.kind === 'column' && label.column === text.column) return 'Text and label come from the same column. Choose another one for one of them.';
  if (label.kind === 'file-name' && files.length === 1) return 'With one file every example would have the same label. Choose a column for the label, or several files, one a label.';
  if (name.trim() === '') return 'Give the data set a name.';
  return '';
}

/** What keeps `plan`, the preview's own or one that the user has changed, from being carried out; '' for nothing. The worker has found more out about its own. */
export function problemWith({ plan: proposed, files, problem }: ImportPreview, plan: ImportPlan): string {
  const asProposed = ROLES.every((role) => sameOrigin(plan.origins[role], proposed.origins[role]));
  return (asProposed && problem) || problemOf(plan, files);
}

function sameOrigin(a: Origin, b: Origin): boolean {
  return a.kind === b.kind && (a.kind !== 'column' || b.kind !== 'column' || a.column === b.column);
}
