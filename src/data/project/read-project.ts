import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { EXAMPLE_LIMITS } from '../../core/example-limits.ts';
import { distinct, groupsOf, type Dataset } from '../../core/examples.ts';
import { hashFloats } from '../../core/hash.ts';
import { contentId, formerContentId } from '../dataset-id.ts';
import { DataError } from '../errors.ts';
import { readBranch } from './branch-file.ts';
import type { Project, ProjectBranch } from './contents.ts';
import { readExactCsv } from './exact-csv.ts';
import { FILES, MAX_MANIFEST_BYTES, namedFiles, readManifest, type Manifest } from './manifest.ts';
import { readSafetensors } from './safetensors.ts';
import { readWeights } from './weights-file.ts';
import { ZipArchive, crc32 } from './zip-reader.ts';

export interface ReadOptions {
  /** Version of this page's encoder, and width of its embeddings. */
  readonly encoderVersion: string;
  readonly width: number;
  readonly signal: AbortSignal;
  /** Bytes read and checked, of all that is in the archive. */
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
}

const AGAIN = 'Get the file again from where it came from. Nothing was changed here.';
/** Largest difference of an embedding's L2 norm from 1. */
const NORM_TOLERANCE = 1e-3;

/**
 * Reads a project file and checks all of it: sizes before anything is unpacked, then the SHA-256 of each file, the data set's id, and every
 * value of every record and curve. Whether weights fit their heads is left to whoever knows the engine.
 * @throws DataError naming the file in the archive; the signal's reason when aborted
 */
export async function readProject(file: string, content: Blob, options: ReadOptions): Promise<Project> {
  const archive = await ZipArchive.open(file, content);
  const manifest = readManifest(await manifestOf(archive), file);
  if (manifest.encoderVersion !== options.encoderVersion) {
    throw new DataError(
      'bad-file',
      `${file} was made with the text encoder ${manifest.encoderVersion}; this page has ${options.encoderVersion}, so that its runs cannot be gone on with.`,
      `Unpack it and import ${FILES.dataset} to train on its examples anew.`,
      { file: FILES.manifest },
    );
  }
  const unpacker = new Unpacker(archive, manifest, options);
  const dataset = await readDataset(await unpacker.text(FILES.dataset), manifest, options.signal);
  const embeddings = manifest.embeddings && readEmbeddings(await unpacker.bytes(FILES.embeddings), manifest.embeddings.featuresHash, dataset.examples.length, options.width);
  const branches: ProjectBranch[] = [];
  for (const named of manifest.branches) {
    const branch = readBranch(await unpacker.text(named.file), named.file);
    const checkpoints = [];
    for (const weights of named.weights) checkpoints.push(readWeights(await unpacker.bytes(weights), weights));
    branches.push(checked({ ...branch, checkpoints }, named, manifest));
  }
  const { bundled } = manifest.dataset;
  return { dataset, bundled, encoderVersion: manifest.encoderVersion, embeddings, counts: manifest.counts, runs: runsOf(branches) };
}

async function manifestOf(archive: ZipArchive): Promise<string> {
  const entry = archive.get(FILES.manifest);
  if (!entry) {
    throw new DataError('bad-file', `${archive.file} is an archive without ${FILES.manifest}, so it is not a project saved by this page.`, 'Take the files out of the archive and choose them instead.', { file: archive.file });
  }
  if (entry.bytes > MAX_MANIFEST_BYTES) throw new DataError('too-big', `${FILES.manifest} in ${archive.file} is too large to be one.`, AGAIN, { file: FILES.manifest });
  const bytes = await gathered(archive.read(entry), entry.bytes, () => undefined);
  if (crc32(bytes) !== entry.crc32) throw new DataError('bad-file', `${FILES.manifest} in ${archive.file} is damaged.`, AGAIN, { file: FILES.manifest });
  return new TextDecoder().decode(bytes);
}

/** Files of an archive, each of the size and with the hash that the manifest says. */
class Unpacker {
  private done = 0;
  private readonly total: number;

  constructor(
    private readonly archive: ZipArchive,
    private readonly manifest: Manifest,
    private readonly options: ReadOptions,
  ) {
    this.total = namedFiles(manifest).reduce((sum, name) => sum + (manifest.files[name]?.bytes ?? 0), 0);
  }

  async text(name: string): Promise<string> {
    const bytes = await this.bytes(name);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new DataError('bad-file', `${name} in ${this.archive.file} is not UTF-8 text.`, AGAIN, { file: name });
    }
  }

  async bytes(name: string): Promise<Uint8Array> {
    const facts = this.manifest.files[name];
    const entry = this.archive.get(name);
    if (!facts || !entry) throw new DataError('bad-file', `${this.archive.file} lacks ${name}, which its ${FILES.manifest} names.`, AGAIN, { file: name });
    const differs = (): DataError => new DataError('bad-file', `${name} in ${this.archive.file} is not the file that ${FILES.manifest} names.`, AGAIN, { file: name });
    if (entry.bytes !== facts.bytes) throw differs();
    const { signal, onProgress } = this.options;
    const hash = sha256.create();
    const bytes = await gathered(this.archive.read(entry), entry.bytes, (piece) => {
      signal.throwIfAborted();
      hash.update(piece);
      onProgress((this.done += piece.length), this.total);
    });
    if (bytesToHex(hash.digest()) !== facts.sha256) throw differs();
    return bytes;
  }
}

async function gathered(pieces: AsyncIterable<Uint8Array>, length: number, onPiece: (piece: Uint8Array) => void): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const piece of pieces) {
    onPiece(piece);
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

async function readDataset(csv: string, manifest: Manifest, signal: AbortSignal): Promise<Dataset> {
  const broken = (why: string): DataError => new DataError('bad-file', `${FILES.dataset} is not the data set that ${FILES.manifest} names: ${why}.`, AGAIN, { file: FILES.dataset });
  const { id, name, rows, hasDomains, cellsBeyondUtf8 } = manifest.dataset;
  const examples = readExactCsv(csv, cellsBeyondUtf8, FILES.dataset);
  if (examples.length !== rows) throw broken(`it has ${examples.length} rows instead of ${rows}`);
  if ((await contentId(examples, signal)) !== id && (await formerContentId(examples, signal)) !== id) throw broken('its rows have another hash');
  const labels = distinct(examples.map(({ label }) => label));
  const domains = distinct(examples.map(({ domain }) => domain));
  const groups = groupsOf(examples);
  const { maxNames } = EXAMPLE_LIMITS;
  const tooMany = ([['label', labels], ['domain', domains], ['group', groups]] as const).find(([role, found]) => found.length > maxNames[role]);
  if (tooMany) throw broken(`it has more than ${maxNames[tooMany[0]]} different ${tooMany[0]}s`);
  if (hasDomains && domains.length < 2) throw broken('it has one domain only');
  return { id, name, examples, labels, domains, groups, hasDomains };
}

function readEmbeddings(bytes: Uint8Array, featuresHash: string, rows: number, width: number): Float32Array {
  const broken = (why: string): DataError => new DataError('bad-file', `${FILES.embeddings} cannot be used: ${why}.`, AGAIN, { file: FILES.embeddings });
  const [tensor, ...others] = readSafetensors(bytes, FILES.embeddings).tensors;
  if (tensor?.name !== 'embeddings' || others.length > 0 || tensor.shape.join() !== `${rows},${width}`) throw broken(`it does not hold one tensor, embeddings, of ${rows} rows and ${width} columns`);
  const { values } = tensor;
  if (hashFloats(values) !== featuresHash) throw broken(`its values are not those that ${FILES.manifest} names`);
  for (let row = 0; row < rows; row++) {
    let squares = 0;
    for (let i = row * width; i < (row + 1) * width; i++) squares += (values[i] as number) ** 2;
    if (!(Math.abs(Math.sqrt(squares) - 1) <= NORM_TOLERANCE)) throw broken(`embedding ${row + 1} does not have length 1`);
  }
  return values;
}

/** A branch that is what the manifest says, and of one piece. */
function checked(branch: ProjectBranch, named: Manifest['branches'][number], manifest: Manifest): ProjectBranch {
  const { record, runId, checkpoints } = branch;
  const broken = (why: string): DataError => new DataError('bad-file', `${named.file} cannot be used: ${why}.`, AGAIN, { file: named.file });
  if (record.id !== named.id || runId !== named.runId) throw broken('it is another branch than the one that the manifest names');
  if (record.datasetId !== manifest.dataset.id) throw broken('it is of another data set');
  if (record.encoderVersion !== manifest.encoderVersion) throw broken('it was made with another text encoder');
  if (checkpoints.length > 0 && checkpoints.length !== record.seeds) throw broken(`it has ${record.seeds} seeds and weights of ${checkpoints.length}`);
  if (new Set(checkpoints.map(({ step }) => step)).size > 1) throw broken('the weights of its seeds are of different steps');
  return branch;
}

function runsOf(branches: readonly ProjectBranch[]): ProjectBranch[][] {
  const twice = branches.find(({ record }, i) => branches.findIndex((other) => other.record.id === record.id) !== i);
  if (twice) throw new DataError('bad-file', `${FILES.manifest} names the branch ${twice.record.id} twice.`, AGAIN, { file: FILES.manifest });
  const runs = distinct(branches.map(({ runId }) => runId)).map((id) => branches.filter(({ runId }) => runId === id).sort((a, b) => a.order - b.order));
  const uneven = runs.find((own) => new Set(own.map(({ record }) => JSON.stringify([record.head, record.seed, record.seeds, record.heldOutDomain, record.shape, record.groupBy]))).size > 1);
  if (uneven) throw new DataError('bad-file', `The branches of run ${uneven[0]?.runId} do not have one head, split and seeds.`, AGAIN, { file: FILES.manifest });
  return runs;
}
