import * as v from 'valibot';
import { EXAMPLE_LIMITS } from '../../core/example-limits.ts';
import { DataError } from '../errors.ts';

/** `heldout.json`, which says what is in a project file. Every field is explained in README.md beside this file. */

export const FORMAT = 'heldout-project';
export const FORMAT_VERSION = 1;
export const FILES = { manifest: 'heldout.json', dataset: 'dataset.csv', embeddings: 'embeddings.safetensors' } as const;

/** Limits, each well beyond what the page itself writes. */
export const MAX_MANIFEST_BYTES = 8_000_000;
const MAX_FILE_BYTES = 600_000_000;
const MAX_ALL_BYTES = 2_000_000_000;
const MAX_RUNS_BYTES = 100_000_000;

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(300));

export const ManifestSchema = v.object({
  format: v.literal(FORMAT),
  formatVersion: v.literal(FORMAT_VERSION),
  pageVersion: v.string(),
  exportedAt: v.string(),
  encoderVersion: name,
  dataset: v.object({
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/u)),
    name,
    bundled: v.nullable(name),
    rows: v.pipe(count, v.minValue(1), v.maxValue(EXAMPLE_LIMITS.maxRows)),
    hasDomains: v.boolean(),
    cellsBeyondUtf8: v.array(v.object({ row: count, column: v.picklist(['text', 'label', 'domain', 'group']), value: v.string() })),
  }),
  embeddings: v.nullable(v.object({ file: v.literal(FILES.embeddings), featuresHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/u)) })),
  counts: v.array(v.object({ domain: v.string(), evaluations: count, runs: count, reveals: count })),
  branches: v.pipe(v.array(v.object({ id: name, runId: name, file: name, weights: v.pipe(v.array(name), v.maxLength(16)) })), v.maxLength(200)),
  files: v.record(v.string(), v.object({ bytes: v.pipe(count, v.maxValue(MAX_FILE_BYTES)), sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u)) })),
});
export type Manifest = v.InferOutput<typeof ManifestSchema>;

/** @param file the project file, for messages. @throws DataError when it is malformed, of a newer format, or names more than can be read */
export function readManifest(json: string, file: string): Manifest {
  const broken = (why: string): DataError =>
    new DataError('bad-file', `${FILES.manifest} in ${file} cannot be read: ${why}.`, 'Get the file again from where it came from. Nothing was changed here.', { file: FILES.manifest });
  const raw = parsed(json);
  if (!v.is(v.object({ format: v.literal(FORMAT), formatVersion: count }), raw)) throw broken('it is not the manifest of a Heldout project');
  if (raw.formatVersion > FORMAT_VERSION) {
    throw new DataError(
      'bad-file',
      `${file} was saved by a newer version of this page: it has format ${raw.formatVersion}, and this page reads up to ${FORMAT_VERSION}.`,
      'Reload this page to get its newest version, then open the file again.',
      { file: FILES.manifest },
    );
  }
  const checked = v.safeParse(ManifestSchema, raw);
  if (!checked.success) throw broken(`${v.getDotPath(checked.issues[0]) ?? 'it'}: ${checked.issues[0].message}`);
  const manifest = checked.output;
  for (const named of namedFiles(manifest)) if (!Object.hasOwn(manifest.files, named)) throw broken(`it says nothing of ${named}`);
  const bytes = namedFiles(manifest).map((named) => manifest.files[named]?.bytes ?? 0);
  const runBytes = manifest.branches.reduce((sum, branch) => sum + (manifest.files[branch.file]?.bytes ?? 0), 0);
  if (bytes.reduce((sum, own) => sum + own, 0) > MAX_ALL_BYTES || runBytes > MAX_RUNS_BYTES) {
    throw new DataError('too-big', `${file} would unpack to more than this page can hold.`, 'Save the project again without embeddings, or with fewer runs.', { file });
  }
  return manifest;
}

/** All files that are to be read, each once, the data set first. */
export function namedFiles({ branches, embeddings }: Manifest): string[] {
  return [...new Set([FILES.dataset, ...(embeddings ? [embeddings.file] : []), ...branches.flatMap((branch) => [branch.file, ...branch.weights])])];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
