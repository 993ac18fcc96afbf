import { SYNONYM_FILE, readSynonyms, type Synonyms } from '../core/augment/synonyms.ts';
import { HeldoutError } from '../protocol/errors.ts';

/** The site's table of synonyms, fetched when it is first needed (150 kB). */
export class SynonymLoader {
  private loading: Promise<Synonyms> | null = null;

  /** @param siteUrl folder of the site, with a slash at its end */
  constructor(private readonly siteUrl: string) {}

  /** Asked again after a failure, it tries again. @throws HeldoutError 'model-download', 'model-corrupt' */
  get(): Promise<Synonyms> {
    this.loading ??= this.load().catch((error: unknown) => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  private async load(): Promise<Synonyms> {
    const response = await fetch(this.siteUrl + SYNONYM_FILE).catch(() => null);
    if (!response?.ok) throw new HeldoutError('model-download', 'The table of synonyms could not be downloaded.', 'Check the connection and try again.');
    try {
      return readSynonyms(await response.text());
    } catch (error) {
      if (!(error instanceof RangeError)) throw new HeldoutError('model-download', 'The table of synonyms came only in part.', 'Check the connection and try again.');
      throw new HeldoutError('model-corrupt', `The file ${SYNONYM_FILE} is damaged: ${error.message}`, 'Reload the page; if it stays, the site was not copied completely.');
    }
  }
}
