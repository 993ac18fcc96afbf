import { hashFloats } from '../../core/hash.ts';
import { seedsOf } from '../../core/run-record.ts';
import { breathe } from '../../core/breathe.ts';
import { writeBranch } from './branch-file.ts';
import type { Project, ProjectBranch } from './contents.ts';
import { cellsBeyondUtf8, csvPieces } from './exact-csv.ts';
import { FILES, FORMAT, FORMAT_VERSION, type Manifest } from './manifest.ts';
import { bytesOf, safetensorsHeader } from './safetensors.ts';
import { writeWeights } from './weights-file.ts';
import { ZipWriter, type FileFacts } from './zip-writer.ts';

/** A project whose runs are fetched one after another, so that not all of their weights are in memory at once. */
export interface ProjectSource extends Omit<Project, 'runs'> {
  readonly runCount: number;
  readonly runs: AsyncIterable<readonly ProjectBranch[]>;
}

export interface WriteOptions {
  readonly pageVersion: string;
  /** Milliseconds since 1970. */
  readonly exportedAtMs: number;
  readonly signal: AbortSignal;
  /** @param share 0 … 1 of the work done. @param doing what is being written */
  readonly onProgress: (share: number, doing: string) => void;
}

/** Values written between two turns. */
const VALUES_A_PIECE = 2 ** 18;

/** The project as a zip archive. @throws the signal's reason when aborted; what `runs` throws */
export async function writeProject(project: ProjectSource, { pageVersion, exportedAtMs, signal, onProgress }: WriteOptions): Promise<Blob> {
  const { dataset, bundled, encoderVersion, embeddings, counts, runs, runCount } = project;
  const zip = new ZipWriter(exportedAtMs);
  const files: Record<string, FileFacts> = {};
  const add = async (name: string, pieces: Iterable<Uint8Array<ArrayBuffer>>, compress: boolean): Promise<void> => {
    files[name] = await zip.add(name, inTurns(pieces, signal), compress);
  };
  onProgress(0, 'writing the examples');
  await add(FILES.dataset, encoded(csvPieces(dataset.examples)), true);
  if (embeddings) {
    onProgress(0.1, 'writing the embeddings');
    await add(FILES.embeddings, embeddingPieces(embeddings, dataset.examples.length), false);
  }
  const branches: Manifest['branches'] = [];
  let run = 0;
  for await (const kept of runs) {
    onProgress(0.3 + (0.7 * run++) / runCount, `writing run ${run} of ${runCount}`);
    for (const branch of kept) {
      const id = encodeURIComponent(branch.record.id);
      const file = `runs/${id}.json`;
      const seeds = seedsOf(branch.record);
      const weights = branch.checkpoints.map((_, s) => `weights/${id}/seed-${seeds[s]}.safetensors`);
      await add(file, encoded([writeBranch(branch)]), true);
      for (const [s, checkpoint] of branch.checkpoints.entries()) await add(weights[s] as string, writeWeights(checkpoint, seeds[s] as number), false);
      branches.push({ id: branch.record.id, runId: branch.runId, file, weights });
    }
  }
  const manifest: Manifest = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    pageVersion,
    exportedAt: new Date(exportedAtMs).toISOString(),
    encoderVersion,
    dataset: {
      id: dataset.id,
      name: dataset.name,
      bundled,
      rows: dataset.examples.length,
      hasDomains: dataset.hasDomains,
      cellsBeyondUtf8: cellsBeyondUtf8(dataset.examples),
    },
    embeddings: embeddings && { file: FILES.embeddings, featuresHash: hashFloats(embeddings) },
    counts: [...counts],
    branches,
    files,
  };
  await zip.add(FILES.manifest, encoded([JSON.stringify(manifest, null, 2)]), true);
  return zip.finish();
}

async function* inTurns(pieces: Iterable<Uint8Array<ArrayBuffer>>, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const piece of pieces) {
    await breathe();
    signal.throwIfAborted();
    yield piece;
  }
}

function* encoded(pieces: Iterable<string>): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for (const piece of pieces) yield encoder.encode(piece);
}

/** @param values float32 [rows, D] */
function* embeddingPieces(values: Float32Array, rows: number): Generator<Uint8Array<ArrayBuffer>> {
  yield safetensorsHeader([{ name: 'embeddings', shape: [rows, values.length / rows], values }], {});
  for (let at = 0; at < values.length; at += VALUES_A_PIECE) yield bytesOf(values.subarray(at, at + VALUES_A_PIECE));
}
