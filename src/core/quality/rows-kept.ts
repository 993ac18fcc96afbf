import { count, counted } from '../format.ts';
import type { ImportReport } from '../import-report.ts';

/** What an import kept of a file's rows, and why it dropped the others. */
export function rowsKeptInWords({ file, rowsRead, examples, emptyText, emptyLabel, duplicates }: ImportReport): string {
  const reasons: readonly [number, string][] = [
    [emptyText.count, 'without a text'],
    [emptyLabel.count, 'without a label'],
    [duplicates.count, 'equal to an earlier row'],
  ];
  const dropped = reasons.filter(([n]) => n > 0).map(([n, why]) => `${count(n)} ${why}`);
  return `Of ${counted(rowsRead, 'row')} in ${file}, ${count(examples)} ${examples === 1 ? 'was' : 'were'} kept${dropped.length > 0 ? `; left out: ${dropped.join(', ')}` : ''}.`;
}
