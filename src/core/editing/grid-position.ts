import { NO_ROWS, isSelected, withSelected } from './row-selection.ts';

/** A cell of a grid, by its place on show. */
export interface GridPosition {
  readonly row: number;
  readonly column: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows in sight at once. */
  readonly pageRows: number;
}

/**
 * Where a key leads from a cell, as the ARIA authoring practices have it for data grids: arrows by one, Page keys by what is in sight,
 * Home and End to the ends of the row, with Ctrl to those of the grid.
 * @returns null for a key that leads nowhere; else a cell of the grid, which has at least one
 */
export function positionAfter(key: string, withCtrl: boolean, { row, column }: GridPosition, { rows, columns, pageRows }: GridSize): GridPosition | null {
  const to = targetOf(key, withCtrl, { row, column }, { rows, columns, pageRows: Math.max(1, pageRows - 1) });
  return to && { row: Math.min(rows - 1, Math.max(0, to.row)), column: Math.min(columns - 1, Math.max(0, to.column)) };
}

function targetOf(key: string, withCtrl: boolean, { row, column }: GridPosition, { rows, columns, pageRows }: GridSize): GridPosition | null {
  switch (key) {
    case 'ArrowUp':
      return { row: withCtrl ? 0 : row - 1, column };
    case 'ArrowDown':
      return { row: withCtrl ? rows - 1 : row + 1, column };
    case 'ArrowLeft':
      return { row, column: withCtrl ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: withCtrl ? columns - 1 : column + 1 };
    case 'PageUp':
      return { row: row - pageRows, column };
    case 'PageDown':
      return { row: row + pageRows, column };
    case 'Home':
      return { row: withCtrl ? 0 : row, column: 0 };
    case 'End':
      return { row: withCtrl ? rows - 1 : row, column: columns - 1 };
    default:
      return null;
  }
}

/**
 * Where the keyboard goes when other rows are on show: with its row, or, if that is gone, to the first row after it that is left, or else
 * the last one before it. @param before, after the rows on show. @param at place in `before`. @returns place in `after`; 0 when nothing is left
 */
export function placeAmong(after: Uint32Array, before: Uint32Array, at: number): number {
  const row = before[at];
  if (row === undefined) return 0;
  const place = after.indexOf(row);
  if (place >= 0) return place;
  const left = withSelected(NO_ROWS, after, true);
  const isLeft = (other: number): boolean => isSelected(left, other);
  const next = before.subarray(at + 1).find(isLeft) ?? before.subarray(0, at).findLast(isLeft);
  return next === undefined ? 0 : after.indexOf(next);
}
