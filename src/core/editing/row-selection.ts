/** Which rows are selected. Never changed: a choice gives another selection, for a byte a row. */
export interface RowSelection {
  /** 1 for a selected row; rows beyond its end are not. */
  readonly flags: Uint8Array;
  readonly count: number;
}

export const NO_ROWS: RowSelection = { flags: new Uint8Array(0), count: 0 };

export function isSelected({ flags }: RowSelection, row: number): boolean {
  return flags[row] === 1;
}

/** With these rows selected too, or no longer. */
export function withSelected(selection: RowSelection, rows: Uint32Array, selected: boolean): RowSelection {
  let [size, { count }] = [selection.flags.length, selection];
  for (const row of rows) if (row >= size) size = row + 1;
  const flags = new Uint8Array(size);
  flags.set(selection.flags);
  for (const row of rows) {
    count += Number(selected) - (flags[row] as number);
    flags[row] = Number(selected);
  }
  return { flags, count };
}

/** Only those of the selected rows that are among `rows`. */
export function selectedAmong(selection: RowSelection, rows: Uint32Array): RowSelection {
  if (selection.count === 0) return NO_ROWS;
  const flags = new Uint8Array(selection.flags.length);
  let count = 0;
  for (const row of rows) {
    if (!isSelected(selection, row)) continue;
    flags[row] = 1;
    count++;
  }
  return { flags, count };
}

/** The selected rows, in the order of their numbers. */
export function selectedRows({ flags, count }: RowSelection): Uint32Array {
  const rows = new Uint32Array(count);
  let at = 0;
  for (let row = 0; row < flags.length; row++) if (flags[row] === 1) rows[at++] = row;
  return rows;
}
