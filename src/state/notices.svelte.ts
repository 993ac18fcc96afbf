import { HeldoutError } from '../protocol/errors.ts';

export interface Notice {
  readonly id: number;
  readonly kind: 'error' | 'info';
  readonly text: string;
  readonly remedy: string;
  /** Something that the user can do about it with one press. */
  readonly action: { readonly label: string; run(): void } | null;
  /** Whether it is still of use when what it tells of is past. */
  readonly lasts: boolean;
}

/** Messages to the user, newest last. Errors and offers stay until dismissed; what says the same, or less, is shown once. */
export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  private nextId = 1;

  info(text: string, action: Notice['action'] = null): void {
    this.add({ kind: 'info', text, remedy: '', action, lasts: false });
  }

  /** Explains an error; a cancelled call is no error. */
  error(error: unknown, action: Notice['action'] = null): void {
    if (error instanceof HeldoutError) {
      if (error.code !== 'cancelled') this.add({ kind: 'error', text: error.message, remedy: error.remedy, action, lasts: true });
      return;
    }
    const detail = error instanceof Error ? error.message : String(error);
    this.add({ kind: 'error', text: `Something unexpected went wrong: ${detail}`, remedy: 'Reload the page; runs and data are saved in this browser.', action, lasts: true });
  }

  problem(text: string, remedy: string): void {
    this.add({ kind: 'error', text, remedy, action: null, lasts: true });
  }

  /** Something that may pass by itself. @returns what takes the message back */
  passing(text: string, remedy: string): () => void {
    const id = this.add({ kind: 'info', text, remedy, action: null, lasts: false });
    return () => this.dismiss(id);
  }

  /** Something that can be done about what is past, for as long as that makes sense. @returns what takes the offer back */
  offer(text: string, action: NonNullable<Notice['action']>): () => void {
    const id = this.add({ kind: 'info', text, remedy: '', action, lasts: true });
    return () => this.dismiss(id);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Removes messages that only informed about what is past. */
  clearInfo(): void {
    this.list = this.list.filter(({ lasts }) => lasts);
  }

  private add(notice: Omit<Notice, 'id'>): number {
    const fuller = this.list.find((known) => saysAllOf(known, notice));
    if (fuller) return fuller.id;
    const id = this.nextId++;
    const others = this.list.filter((known) => known.text !== notice.text && !saysAllOf(notice, known));
    this.list = [...others, { ...notice, id }];
    return id;
  }
}

type Said = Omit<Notice, 'id'>;

/** Whether `one` says all that `other` says, which offers nothing to do, and more. */
function saysAllOf(one: Said, other: Said): boolean {
  return one.kind === other.kind && other.action === null && one.text !== other.text && `${one.text} ${one.remedy}`.startsWith(`${other.text} ${other.remedy}`);
}
