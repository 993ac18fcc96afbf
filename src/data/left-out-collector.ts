import { EXAMPLE_LIMITS } from '../core/example-limits.ts';
import { SINGLE_DOMAIN, textKey, type Example } from '../core/examples.ts';
import { LEFT_OUT_LIMITS, type LeftOutRows } from '../core/left-out.ts';
import type { NameList } from './name-list.ts';

/** A row without a label: its text, and the domain and group that stand in the file. */
interface Unlabelled {
  readonly text: string;
  readonly domain: string;
  readonly group: string;
}

/** Keeps the rows that an import leaves out, up to LEFT_OUT_LIMITS; of what goes beyond, none. */
export class LeftOutCollector {
  private readonly of: number[] = [];
  private readonly texts: [place: number, text: string][] = [];
  private readonly unlabelled: Unlabelled[] = [];
  /** Characters that there is room for yet; below 0 once there was too little. */
  private roomForRepeats: number = LEFT_OUT_LIMITS.characters;
  private roomForUnlabelled: number = LEFT_OUT_LIMITS.characters;

  /** @param row of the data set that it is equal to. @param text null where it is that row's to the letter */
  addRepeat(row: number, text: string | null): void {
    if (this.roomForRepeats < 0 || (this.roomForRepeats -= text?.length ?? 0) < 0) return;
    const place = this.of.push(row) - 1;
    if (text !== null) this.texts.push([place, text]);
  }

  addUnlabelled(text: string, domain: string, group: string): void {
    if (this.roomForUnlabelled < 0 || this.unlabelled.length === LEFT_OUT_LIMITS.unlabelledRows || (this.roomForUnlabelled -= text.length) < 0) return;
    this.unlabelled.push({ text, domain, group });
  }

  /** @param domains of the rows that were kept; null for a data set without domains. @param groups likewise */
  finish(domains: NameList | null, groups: NameList | null): LeftOutRows {
    const [domainOf, groupOf] = [domains && spellingIn(domains), groups && spellingIn(groups)];
    const fits = (list: NameList | null, name: string): boolean => list === null || name.length <= EXAMPLE_LIMITS.maxNameLength;
    const unlabelled = this.unlabelled
      .filter(({ domain, group }) => fits(domains, domain) && fits(groups, group))
      .map(({ text, domain, group }): Omit<Example, 'label'> => ({ text, domain: domainOf?.(domain) ?? SINGLE_DOMAIN, ...(groupOf && { group: groupOf(group) }) }));
    return { repeats: { of: Uint32Array.from(this.of), texts: this.texts }, unlabelled };
  }
}

/** How the data set spells names, those that only rows without a label have included. */
function spellingIn(list: NameList): (name: string) => string {
  const firsts = new Map<string, string>();
  return (name) => {
    const known = list.nameOf(name);
    if (!list.merges || known !== name) return known;
    const key = textKey(name);
    if (!firsts.has(key)) firsts.set(key, name);
    return firsts.get(key) ?? name;
  };
}
