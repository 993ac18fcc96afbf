import { InTurn } from './in-turn.ts';

/** A count for each held-out domain of each data set, as storage has it. It only grows. */
export interface CountStore<T> {
  /** @returns the new count. @throws where it cannot be stored; nothing of it is then */
  add(datasetId: string, domain: string, more: T): Promise<T>;
  get(datasetId: string, domain: string): Promise<T>;
  readonly none: T;
  sum(a: T, b: T): T;
}

interface Place<T> {
  readonly datasetId: string;
  readonly domain: string;
  /** What storage had when it was last asked. */
  stored: T;
  /** What it has not got yet; null for nothing. */
  unsaved: T | null;
}

/** A count in storage that goes on where storage takes nothing more: what is counted is what is stored and what could not be saved yet, which goes with the next write that works. */
export class KeptCount<T> {
  private readonly places = new Map<string, Place<T>>();
  /** One after another, so that nothing is added, or seen, twice. */
  private readonly turns = new InTurn();

  /** @param report is told of each refusal */
  constructor(
    private readonly store: CountStore<T>,
    private readonly report: (error: unknown) => void,
  ) {}

  /** @returns the new count */
  add(datasetId: string, domain: string, more: T): Promise<T> {
    return this.turns.run(() => {
      const place = this.placeOf(datasetId, domain);
      place.unsaved = place.unsaved === null ? more : this.store.sum(place.unsaved, more);
      return this.total(place);
    });
  }

  get(datasetId: string, domain: string): Promise<T> {
    return this.turns.run(() => this.total(this.placeOf(datasetId, domain)));
  }

  /** Tries again to store what was refused, without reporting. @returns why it is refused again; null when nothing is left to store */
  storeUnsaved(): Promise<unknown> {
    return this.turns.run(async () => {
      try {
        for (const place of this.places.values()) await this.write(place);
        return null;
      } catch (error) {
        return error;
      }
    });
  }

  /** Forgets what was refused, and what was read. */
  forget(): Promise<void> {
    return this.turns.run(async () => this.places.clear());
  }

  private async total(place: Place<T>): Promise<T> {
    const { datasetId, domain } = place;
    try {
      if (!(await this.write(place))) place.stored = await this.store.get(datasetId, domain);
    } catch (error) {
      this.report(error);
      // What cannot be written can often be read: another tab may have counted meanwhile.
      if (place.unsaved !== null) place.stored = await this.store.get(datasetId, domain).catch(() => place.stored);
    }
    return place.unsaved === null ? place.stored : this.store.sum(place.stored, place.unsaved);
  }

  /** @returns whether there was anything to write */
  private async write(place: Place<T>): Promise<boolean> {
    if (place.unsaved === null) return false;
    place.stored = await this.store.add(place.datasetId, place.domain, place.unsaved);
    place.unsaved = null;
    return true;
  }

  private placeOf(datasetId: string, domain: string): Place<T> {
    const key = JSON.stringify([datasetId, domain]);
    const place = this.places.get(key) ?? { datasetId, domain, stored: this.store.none, unsaved: null };
    this.places.set(key, place);
    return place;
  }
}
