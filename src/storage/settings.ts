import * as v from 'valibot';
import type { Database } from './database.ts';

/** Small values by key, such as the theme. */
export class SettingStore {
  constructor(private readonly database: Database) {}

  /** @returns the value, or undefined when there is none or it does not fit `schema` (an older page may have written it). */
  async getSetting<T>(key: string, schema: v.GenericSchema<unknown, T>): Promise<T | undefined> {
    const value = await this.database.transact(['settings'], 'readonly', (tx) => tx.objectStore('settings').get(key));
    const checked = v.safeParse(schema, value);
    return checked.success ? checked.output : undefined;
  }

  /** @param value anything that can be cloned. @throws HeldoutError see `Database.transact`. */
  async setSetting(key: string, value: unknown): Promise<void> {
    await this.database.transact(['settings'], 'readwrite', (tx) => tx.objectStore('settings').put(value, key));
  }
}
