import { fileStem, type ImportPlan, type Origin } from '../core/import-plan.ts';
import type { Beginning } from './beginning.ts';
import { proposeColumns } from './column-roles.ts';

/** Rows that roles are told by, of each file. */
const ROWS_JUDGED = 500;

/** How the files most likely become examples. @param files at least one */
export function proposePlan(files: readonly Beginning[]): ImportPlan {
  const readable = files.filter(({ sample }) => sample.columns.length > 0);
  const [first] = readable;
  const usable = first ? readable : files;
  const found = first ? foundRoles(first, readable) : {};
  const of = (column: string | undefined): Origin => (column === undefined ? { kind: 'none' } : { kind: 'column', column });
  const byName: Origin = usable.length > 1 ? { kind: 'file-name' } : { kind: 'none' };
  return {
    name: nameOf(usable.map(({ file }) => fileStem(file))),
    readings: files.map(({ reading }) => reading),
    origins: {
      text: of(found.text),
      label: found.label === undefined ? byName : of(found.label),
      domain: found.domain === undefined && found.label !== undefined ? byName : of(found.domain),
      group: of(found.group),
    },
    mergeSpellings: true,
  };
}

/** By the columns that all files have; where there are none, by those of the first one. */
function foundRoles(first: Beginning, files: readonly Beginning[]): ReturnType<typeof proposeColumns> {
  const common = first.sample.columns.filter((column) => files.every(({ sample }) => sample.columns.includes(column)));
  const [columns, judged] = common.length > 0 ? [common, files] : [first.sample.columns, [first]];
  const cells = columns.map((column) =>
    judged.flatMap(({ sample }) => {
      const place = sample.columns.indexOf(column);
      return sample.rows.slice(0, ROWS_JUDGED).map((row) => row[place] as string);
    }),
  );
  return proposeColumns(columns, cells, first.reading.format !== 'delimited' || first.reading.hasHeader);
}

/** “shop”, “shop and mail”, “shop and 3 more”. */
function nameOf(stems: readonly string[]): string {
  const [first = '', second = ''] = stems;
  if (stems.length === 1) return first;
  return stems.length === 2 ? `${first} and ${second}` : `${first} and ${stems.length - 1} more`;
}
