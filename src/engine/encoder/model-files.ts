import { sha256 } from '@noble/hashes/sha2.js';
import { HeldoutError } from '../../protocol/errors.ts';
import type { OnProgress } from '../../protocol/progress.ts';

/** One file of an encoder, as `models/<encoder>/manifest.json` lists it. */
export interface ModelFile {
  /** Under which it is served. */
  readonly name: string;
  /** Its name in the package that carries it, which is also how the encoder's own files refer to each other. */
  readonly source: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

export interface ModelManifest {
  readonly version: string;
  readonly title: string;
  readonly source: { readonly package: string; readonly version: string; readonly folder: string };
  readonly licence: string;
  readonly embeddingWidth: number;
  readonly maxTokens: number;
  readonly files: readonly ModelFile[];
}

/** Contents by `source` name. */
export type ModelFiles = ReadonlyMap<string, ArrayBuffer>;

/** Keeps checked files over reloads. Keys name the content, so that an entry never goes stale. */
export interface ModelCache {
  get(key: string): Promise<ArrayBuffer | undefined>;
  put(key: string, bytes: ArrayBuffer): Promise<void>;
}

export interface FetchModelOptions {
  /** Address of the folder that the files are served from, with a slash at its end. */
  readonly baseUrl: string;
  /** `fetch`, or a stand-in for it. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  readonly cache?: ModelCache;
  readonly signal?: AbortSignal;
  /** Told of 'download' progress in bytes over all files; files from the cache count as done. */
  readonly onProgress?: OnProgress;
}

const DOWNLOAD_REMEDY = 'Check the connection and try again. Once downloaded, the encoder is kept, and no connection is needed.';
const CORRUPT_REMEDY = 'Reload the page. If it happens again, something between the server and this browser changes the files: tell whoever runs this page.';

/**
 * All files of the manifest, each with its SHA-256 checked. A file of the wrong content is fetched once more, past the browser's cache.
 * @throws HeldoutError 'model-download' when a file cannot be fetched, 'model-corrupt' when it is wrong twice, 'cancelled' on `signal`.
 */
export async function fetchModelFiles(manifest: ModelManifest, options: FetchModelOptions): Promise<ModelFiles> {
  const totalBytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const files = new Map<string, ArrayBuffer>();
  let finished = 0;
  for (const file of manifest.files) {
    const report = (bytes: number): void => options.onProgress?.({ kind: 'download', doneBytes: finished + Math.min(bytes, file.bytes), totalBytes });
    files.set(file.source, await obtain(file, options, report));
    report(file.bytes);
    finished += file.bytes;
  }
  return files;
}

async function obtain(file: ModelFile, options: FetchModelOptions, report: (bytes: number) => void): Promise<ArrayBuffer> {
  throwIfCancelled(options.signal);
  const key = `${file.name}-${file.sha256}`;
  const kept = await options.cache?.get(key).catch(() => undefined);
  if (kept && (await hexSha256(kept)) === file.sha256) return kept;
  for (const mode of ['default', 'reload'] as const) {
    const bytes = await download(file, mode, options, report);
    if ((await hexSha256(bytes)) !== file.sha256) continue;
    await options.cache?.put(key, bytes).catch(() => undefined); // a full disk only means another download next time
    return bytes;
  }
  throw new HeldoutError('model-corrupt', `The file ${file.name} of the text encoder arrived damaged, twice.`, CORRUPT_REMEDY, { file: file.name });
}

async function download(file: ModelFile, mode: RequestCache, options: FetchModelOptions, report: (bytes: number) => void): Promise<ArrayBuffer> {
  const { baseUrl, signal } = options;
  const fetchFile = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
  try {
    const response = await fetchFile(`${baseUrl}${file.name}`, { cache: mode, signal });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await readBody(response, report);
  } catch (error) {
    throwIfCancelled(signal);
    const why = error instanceof Error ? error.message : String(error);
    throw new HeldoutError('model-download', `The file ${file.name} of the text encoder could not be downloaded: ${why}.`, DOWNLOAD_REMEDY, { file: file.name });
  }
}

async function readBody(response: Response, report: (bytes: number) => void): Promise<ArrayBuffer> {
  if (!response.body) return response.arrayBuffer();
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    chunks.push(chunk.value);
    length += chunk.value.length;
    report(length);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole.buffer;
}

/** Pages on plain http (a classroom's own server) have no crypto.subtle. */
async function hexSha256(bytes: ArrayBuffer): Promise<string> {
  // The types promise crypto.subtle, insecure pages break the promise.
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  const digest = subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : sha256(new Uint8Array(bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new HeldoutError('cancelled', 'The download was cancelled.', 'Start it again when you want it.');
}
