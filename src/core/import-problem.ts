import { EXAMPLE_LIMITS } from './example-limits.ts';
import { counted } from './format.ts';
import { namesFound } from './import-names.ts';
import { ROLES, type FilePreview, type FileProblem, type ImportPlan } from './import-plan.ts';
import { filesInWords } from './import-words.ts';

type Plan = Pick<ImportPlan, 'name' | 'origins' | 'mergeSpellings'>;

/** The problems of a file that count under a plan: those of whole rows, and of columns that something is read from. */
export function countingProblems({ problems }: Pick<FilePreview, 'problems'>, { origins }: Pick<ImportPlan, 'origins'>): FileProblem[] {
  const isRead = (name: string): boolean => Object.values(origins).some((origin) => origin.kind === 'column' && origin.column === name);
  return problems.filter(({ column }) => column === null || isRead(column));
}

/** The first problem of a file that counts; null for none. */
export function firstFileProblem(plan: Pick<ImportPlan, 'origins'>, files: readonly FilePreview[]): FileProblem | null {
  return files.flatMap((file) => countingProblems(file, plan))[0] ?? null;
}

/** Why a plan cannot be carried out as it is, in words that say what to do; '' when it can, as far as the files' beginnings show. */
export function problemOf(plan: Plan, files: readonly FilePreview[]): string {
  const problem = firstFileProblem(plan, files);
  if (problem) return `${problem.message} ${problem.remedy}`;
  return problemOfRows(files) || problemOfChoices(plan, files) || problemOfNames(plan, files);
}

/** The same where the problem of a file is told with it: what is left to say elsewhere. */
export function problemBeside(plan: Plan, files: readonly FilePreview[]): string {
  const problem = firstFileProblem(plan, files);
  return problem ? `${problem.message} What to do is told with the file.` : problemOf(plan, files);
}

const isWhole = ({ isWhole }: FilePreview): boolean => isWhole;

/** “shop.csv has”, “The 2 files have” */
function subjectOf(files: readonly FilePreview[]): string {
  const names = filesInWords(files.map(({ file }) => file));
  return files.length === 1 ? `${names} has` : `The ${names} have`;
}

/** Of a file of which only the beginning is known, nothing can be said. */
function problemOfRows(files: readonly FilePreview[]): string {
  const rows = files.reduce((sum, { rowsSeen }) => sum + rowsSeen, 0);
  if (rows >= EXAMPLE_LIMITS.minRows || !files.every(isWhole)) return '';
  if (rows === 0) return `${subjectOf(files)} names of columns, but no rows. Add examples below them; if the first row is an example, untick “The first row names the columns”.`;
  return `${subjectOf(files)} only ${counted(rows, 'row')}; at least ${EXAMPLE_LIMITS.minRows} are needed. Add more labelled examples.`;
}

function problemOfChoices({ name, origins }: Plan, files: readonly FilePreview[]): string {
  const { text, label } = origins;
  const [only] = files.length === 1 ? files : [];
  if (text.kind !== 'column') return 'Choose the column that holds the texts.';
  if (label.kind === 'none' && only?.columns.length === 1) {
    const add = only.reading.format === 'lines' ? 'Put the label and a tab before each text' : 'Add a column with the label of each text';
    return `${only.file} has texts, but no labels. ${add}, or choose several files, one a label.`;
  }
  if (label.kind === 'none') return 'No column looks like a label. Choose the one that holds the labels.';
  for (const role of ROLES) {
    const origin = origins[role];
    const lacking = origin.kind === 'column' ? files.find(({ columns }) => !columns.includes(origin.column)) : undefined;
    if (lacking && origin.kind === 'column') return `${lacking.file} has no column “${origin.column}”. Choose another one for the ${role}, or leave the file out.`;
  }
  if (label.kind === 'column' && label.column === text.column) return 'Text and label come from the same column. Choose another one for one of them.';
  if (label.kind === 'file-name' && only) return 'With one file every example would have the same label. Choose a column for the label, or several files, one a label.';
  if (name.trim() === '') return 'Give the data set a name.';
  return '';
}

function problemOfNames(plan: Plan, files: readonly FilePreview[]): string {
  if (!files.every(isWhole)) return '';
  const { text } = plan.origins;
  if (files.every(({ columns, tallies }) => text.kind === 'column' && tallies[columns.indexOf(text.column)]?.filled === 0)) return 'The column for the text is empty. Choose another one.';
  const labels = namesFound('label', plan, files)?.names;
  if (labels?.length === 0) return 'The column for the label is empty. Choose another one.';
  if (labels?.length !== 1) return '';
  return `${subjectOf(files)} one label only, “${labels[0]?.[0] ?? ''}”. Choose another column for the label, or add examples of another label: a classifier chooses between labels.`;
}
