import type { DraftRows } from '../core/editing/draft-rows.ts';
import { placeAmong, type GridPosition } from '../core/editing/grid-position.ts';
import { NO_ROWS, isSelected, selectedAmong, selectedRows, withSelected, type RowSelection } from '../core/editing/row-selection.ts';
import { viewOrder } from '../core/editing/view-order.ts';
import { ALL_ROWS, type ChosenRows, type ViewQuery } from '../core/editing/view-query.ts';
import { inSlices } from './in-slices.ts';

/** Milliseconds without a key after which a search begins. */
const TYPING_PAUSE = 150;

/** Which rows the editor shows, in which order, which of them are selected, and where the keyboard is. */
export class EditorView {
  query = $state.raw<ViewQuery>(ALL_ROWS);
  /** Rows that the editor was opened for, on show alone or not any more; null for none. */
  chosen = $state.raw<ChosenRows | null>(null);
  /** The rows on show. */
  order = $state.raw<Uint32Array>(new Uint32Array(0));
  /** Only rows on show are ever selected. */
  selection = $state.raw<RowSelection>(NO_ROWS);
  /** The active cell, by its place on show. */
  position = $state.raw<GridPosition>({ row: 0, column: 0 });
  /** Changes when the active row is to be brought into sight. */
  revealed = $state(0);
  /** Whether the row added last is left out by the query. */
  missing = $state(false);
  /** Whether `order` is not yet what the query asks for. */
  arranging = $state(false);
  private rows: DraftRows | null = null;
  private before: DraftRows | null = null;
  private wanted = 0;
  private pause: ReturnType<typeof setTimeout> | undefined;

  /** The active row; undefined when no row is on show. */
  get activeRow(): number | undefined {
    return this.order[this.position.row];
  }

  /** Forgets everything. */
  clear(): void {
    clearTimeout(this.pause);
    this.wanted++;
    this.rows = this.before = null;
    this.query = ALL_ROWS;
    this.chosen = null;
    this.order = new Uint32Array(0);
    this.selection = NO_ROWS;
    this.position = { row: 0, column: 0 };
    this.arranging = this.missing = false;
  }

  /** Shows other rows under the same query. @param before of the data set. @param reveal row that becomes the active one, if it is on show */
  async show(rows: DraftRows, before: DraftRows, reveal?: number): Promise<void> {
    this.rows = rows;
    this.before = before;
    this.missing = false;
    await this.arrange(reveal);
    if (reveal === undefined) return;
    this.missing = this.activeRow !== reveal;
    this.revealed++;
  }

  /** Changes what is shown. Typing is waited for. */
  ask(changed: Partial<ViewQuery>): void {
    this.missing = false;
    this.query = { ...this.query, ...changed };
    this.arranging = true;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => void this.arrange(), changed.search === undefined ? 0 : TYPING_PAUSE);
  }

  /** Shows these rows and no others, equal texts side by side. */
  choose(rows: ChosenRows): void {
    this.chosen = rows;
    this.ask({ ...ALL_ROWS, only: rows, sortBy: 'text' });
  }

  /** Selects rows on show, or no longer. */
  select(rows: Uint32Array, selected: boolean): void {
    this.selection = withSelected(this.selection, rows, selected);
  }

  toggle(row: number): void {
    this.select(Uint32Array.of(row), !isSelected(this.selection, row));
  }

  /** Selects all rows on show, or none. */
  selectAll(selected: boolean): void {
    this.selection = selected ? withSelected(NO_ROWS, this.order, true) : NO_ROWS;
  }

  /** The selected rows, in the order of their numbers. */
  get selectedRows(): Uint32Array {
    return selectedRows(this.selection);
  }

  private async arrange(reveal?: number): Promise<void> {
    const { rows, before } = this;
    if (!rows || !before) return;
    const turn = ++this.wanted;
    this.arranging = true;
    const order = await inSlices(viewOrder(rows, before, this.query), () => turn === this.wanted);
    if (order === null) return;
    const revealed = reveal === undefined ? -1 : order.indexOf(reveal);
    this.position = { ...this.position, row: revealed >= 0 ? revealed : placeAmong(order, this.order, this.position.row) };
    this.order = order;
    this.selection = selectedAmong(this.selection, order);
    this.arranging = false;
  }
}
