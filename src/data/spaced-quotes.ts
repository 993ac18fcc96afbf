import type { Delimiter } from '../core/import-plan.ts';

/**
 * Text in which no spaces stand before the quotation mark that opens a cell: `a, "b, c"` becomes `a,"b, c"`, as RFC 4180 (section 2, rule 5) has it. Within cells
 * everything stays. Text comes in stretches, cut anywhere.
 */
export class SpacedQuotes {
  private place: 'start' | 'plain' | 'quoted' | 'after-quote' = 'start';
  /** Spaces at the start of a cell, of which it is not known yet what follows. */
  private spaces = '';

  constructor(private readonly delimiter: Delimiter) {}

  /** @returns the stretch, and what was held back of the one before */
  closed(stretch: string, last: boolean): string {
    let closed = '';
    let from = 0;
    for (let at = 0; at < stretch.length; at++) {
      const character = stretch.charAt(at);
      if (this.place === 'start' && character === ' ') {
        closed += stretch.slice(from, at);
        this.spaces += character;
        from = at + 1;
        continue;
      }
      if (this.spaces !== '' && character !== '"') closed += this.spaces;
      this.spaces = '';
      this.place = this.after(character);
    }
    closed += stretch.slice(from);
    if (last) closed += this.spaces;
    return closed;
  }

  private after(character: string): SpacedQuotes['place'] {
    if (this.place === 'quoted') return character === '"' ? 'after-quote' : 'quoted';
    if (character === '"') return this.place === 'plain' ? 'plain' : 'quoted';
    return character === this.delimiter || character === '\n' || character === '\r' ? 'start' : this.place === 'after-quote' ? 'after-quote' : 'plain';
  }
}
