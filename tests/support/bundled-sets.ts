import { readFileSync, readdirSync, statSync } from 'node:fs';
import type { Dataset } from '../../src/core/examples.ts';
import { readBundled, readBundledEmbeddings, type BundledManifest } from '../../src/data/bundled.ts';

const FOLDER = new URL('../../datasets/', import.meta.url);

/** Ids of all data sets in this repository: the names of their folders. */
export const BUNDLED_FOLDERS: readonly string[] = readdirSync(FOLDER).filter((name) => statSync(new URL(name, FOLDER)).isDirectory());

export interface BundledSet {
  readonly dataset: Dataset;
  readonly manifest: BundledManifest;
  /** Unit-norm [N, 512]. */
  readonly features: Float32Array<ArrayBuffer>;
}

/** A bundled data set as the page reads it. */
export async function bundledSet(id: string): Promise<BundledSet> {
  const path = (file: string): URL => new URL(`${id}/${file}`, FOLDER);
  const { dataset, manifest } = await readBundled(readFileSync(path(`${id}.csv`), 'utf8'), JSON.parse(readFileSync(path('manifest.json'), 'utf8')));
  return { dataset, manifest, features: readBundledEmbeddings(new Uint8Array(readFileSync(path(manifest.embeddings.file))), manifest) };
}
