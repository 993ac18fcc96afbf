import { version } from '../../package.json';
import { distinct } from '../core/examples.ts';
import { hashFloats } from '../core/hash.ts';
import { goneOnWith, isExactOn } from '../core/inexact-runs.ts';
import { defaultHeldOut } from '../core/splits.ts';
import type { Project, ProjectBranch, ProjectCounts } from '../data/project/contents.ts';
import { csvPieces } from '../data/project/exact-csv.ts';
import { fileNameOf } from '../data/project/file-name.ts';
import { readProject } from '../data/project/read-project.ts';
import { writeProject } from '../data/project/write-project.ts';
import { EMBEDDING_WIDTH, ENCODER_VERSION } from '../engine/encoder/encoder.ts';
import { MOMENTS } from '../engine/population/checkpoint-tensors.ts';
import { parameterShapes, sizeOf } from '../engine/head-shape.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { OnProgress } from '../protocol/progress.ts';
import type { OpenedProject, ProjectApi, ProjectRuns, ProjectSize, SavedFile, SavedProject, Unkept } from '../protocol/project.ts';
import type { RunEntry } from '../storage/schema.ts';
import { breathe } from './breathing.ts';
import { BUNDLED, type DatasetShelf } from './dataset-shelf.ts';
import { problemInWords } from './embedding-cache.ts';
import type { Jobs } from './jobs.ts';
import { withVectorsOf, type EmbeddedDataset } from './known-vectors.ts';
import { checkRuns } from './project-check.ts';
import { ProjectVectors } from './project-vectors.ts';
import { asRefusal } from './storage-refusal.ts';
import type { EncoderEnvironment, TextEmbedder } from './text-embedder.ts';

/** Bytes that a row, an evaluation of one head, or a head's record take in the archive, about. */
const ROW_SHARE = 0.5;
const EVALUATION_BYTES = 80;
const BRANCH_BYTES = 1000;
/** So that a spreadsheet takes the file for UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/** Writes and reads project files. */
export class ProjectService implements ProjectApi {
  private readonly vectors: ProjectVectors;

  constructor(
    private readonly environment: EncoderEnvironment,
    private readonly jobs: Jobs,
    private readonly embedder: TextEmbedder,
    private readonly shelf: DatasetShelf,
  ) {
    this.vectors = new ProjectVectors(embedder, environment.storage.embeddings);
  }

  async size(datasetId: string): Promise<ProjectSize> {
    const { id, examples, labels } = await this.shelf.rows(datasetId);
    const entries = await this.entries(id).catch(() => []);
    const rowBytes = examples.reduce((sum, { text, label, domain, group = '' }) => sum + text.length + label.length + domain.length + group.length + 5, 0);
    const runBytes = entries.reduce((sum, { record: { head, seeds }, heads }) => {
      const parameters = parameterShapes({ head, inputWidth: EMBEDDING_WIDTH, classes: labels.length }).reduce((all, { shape }) => all + sizeOf(shape), 0);
      const evaluations = heads.reduce((all, { curve }) => all + curve.length, 0) / 10;
      return sum + BRANCH_BYTES + evaluations * EVALUATION_BYTES + seeds * parameters * MOMENTS.length * Float32Array.BYTES_PER_ELEMENT;
    }, 0);
    const embeddingBytes = examples.length * EMBEDDING_WIDTH * Float32Array.BYTES_PER_ELEMENT;
    return { runs: distinct(entries.map(({ runId }) => runId)).length, bytes: Math.round(ROW_SHARE * rowBytes + runBytes), embeddingBytes };
  }

  save(datasetId: string, withEmbeddings: boolean, job: string, onProgress: OnProgress): Promise<SavedProject> {
    return this.jobs.run(job, async (signal) => {
      const ready = await this.shelf.openReady(datasetId);
      const dataset = ready?.dataset ?? (await this.shelf.rows(datasetId));
      const texts = dataset.examples.map(({ text }) => text);
      const embeddings = !withEmbeddings ? null : (ready?.features ?? (await this.embedder.embed(texts, onProgress, signal)).features);
      let problem: string | null = null;
      const entries = await this.entries(dataset.id).catch((error: unknown) => {
        problem = `The file has no runs. ${problemInWords(error)}`;
        return [];
      });
      const runIds = distinct(entries.map(({ runId }) => runId));
      const content = await writeProject(
        {
          dataset,
          bundled: isBundled(datasetId) ? datasetId : null,
          encoderVersion: ENCODER_VERSION,
          embeddings,
          counts: await this.counts(dataset.id).catch(() => []),
          runCount: runIds.length,
          runs: this.runs(runIds),
        },
        { pageVersion: version, exportedAtMs: this.environment.dateMs(), signal, onProgress: (share, doing) => onProgress({ kind: 'check', share, doing }) },
      );
      return { name: `${fileNameOf(dataset.name)}.heldout.zip`, content, problem, runIds };
    });
  }

  saveCsv(datasetId: string, job: string): Promise<SavedFile> {
    return this.jobs.run(job, async (signal) => {
      const { name, examples } = await this.shelf.rows(datasetId);
      const pieces: string[] = [BYTE_ORDER_MARK];
      for (const piece of csvPieces(examples)) {
        await breathe();
        signal.throwIfAborted();
        pieces.push(piece);
      }
      return { name: `${fileNameOf(name)}.csv`, content: new Blob(pieces, { type: 'text/csv' }), problem: null };
    });
  }

  open(file: File, job: string, onProgress: OnProgress): Promise<OpenedProject> {
    return this.jobs.run(job, async (signal) => {
      const project = await readProject(file.name, file, {
        encoderVersion: ENCODER_VERSION,
        width: EMBEDDING_WIDTH,
        signal,
        onProgress: (doneBytes, totalBytes) => onProgress({ kind: 'read', doneBytes, totalBytes }),
      });
      checkSplit(project, file.name);
      checkRuns(project);
      const bundled = project.bundled !== null && isBundled(project.bundled) ? await this.shelf.openReady(project.bundled) : null;
      const here = bundled?.dataset.id === project.dataset.id ? bundled : null;
      const { features, found } = here ? { features: here.features, found: 'none' as const } : await this.vectors.of(project, onProgress, signal);
      const newestFirst = [...project.runs].sort((a, b) => latest(b) - latest(a));
      const { runs, inexact } = this.takenOver(newestFirst, hashFloats(features));
      signal.throwIfAborted();
      const entryId = here && project.bundled !== null ? project.bundled : project.dataset.id;
      const { name } = project.dataset;
      const kept = await this.kept(project, here !== null, runs).catch(asRefusal);
      if (kept instanceof HeldoutError) {
        const unkept = await this.withoutRuns(here ? null : { dataset: project.dataset, features }, kept, file.name, runs.length, onProgress, signal);
        return { entryId, name, runId: null, runs: { added: 0, continued: 0, left: 0, omitted: 0 }, inexact: 0, augmented: 0, embeddings: found, unkept };
      }
      return {
        entryId,
        name,
        runId: newestFirst.find((run) => run.every(({ checkpoints }) => checkpoints.length > 0))?.[0]?.runId ?? null,
        runs: kept,
        inexact,
        augmented: project.runs.filter((run) => run.some(({ record }) => record.variantJoins.length > 0)).length,
        embeddings: found,
        unkept: null,
      };
    });
  }

  async cancel(job: string): Promise<void> {
    this.jobs.cancel(job);
  }

  /** Branches of a data set's runs, newest first. */
  private async entries(datasetId: string): Promise<RunEntry[]> {
    const entries = await this.environment.storage.runs.listRuns(datasetId);
    return entries.filter(({ record }) => record.encoderVersion === ENCODER_VERSION);
  }

  private async *runs(runIds: readonly string[]): AsyncGenerator<readonly ProjectBranch[]> {
    for (const runId of runIds) yield await this.environment.storage.runs.loadRun(runId);
  }

  private async counts(datasetId: string): Promise<ProjectCounts[]> {
    const { looks, seals } = this.environment.storage;
    const [looked, revealed] = await Promise.all([looks.listLooks(datasetId), seals.listReveals(datasetId)]);
    return distinct([...looked.keys(), ...revealed.keys()]).map((domain) => ({ domain, ...(looked.get(domain) ?? { evaluations: 0, runs: 0 }), reveals: revealed.get(domain) ?? 0 }));
  }

  private kept({ dataset, counts }: Project, isHere: boolean, runs: Project['runs']): Promise<ProjectRuns> {
    const counted = counts.map(({ domain, evaluations, runs: lookedAt, reveals }) => [domain, { looks: { evaluations, runs: lookedAt }, reveals }] as const);
    return this.environment.storage.projects.keepProject({ dataset: isHere ? null : dataset, datasetId: dataset.id, runs, counts: new Map(counted) }, this.environment.dateMs());
  }

  /** Lets a project's data set be opened though storage refuses its runs: as one that is kept already, or as an import is taken. @param data null for a bundled one */
  private async withoutRuns(data: EmbeddedDataset | null, { code, message, remedy }: HeldoutError, called: string, runs: number, onProgress: OnProgress, signal: AbortSignal): Promise<Unkept> {
    const isStored = async (): Promise<boolean> => {
      const stored = await this.environment.storage.datasets.listDatasets().catch(() => []);
      return data === null || stored.some(({ id }) => id === data.dataset.id);
    };
    if (data && !(await isStored())) {
      const embeddings = withVectorsOf(data, ENCODER_VERSION, this.environment.storage.embeddings);
      await this.shelf.keep({ dataset: data.dataset, called, origin: null, embeddings }, onProgress, signal);
    }
    return { runs, isData: !(await isStored()), code, message, remedy };
  }

  /** Runs as they are kept here: as if saved now, in their order, so that they are not the first to make way for new ones. */
  private takenOver(newestFirst: Project['runs'], featuresHash: string): { readonly runs: Project['runs']; readonly inexact: number } {
    const savedAt = this.environment.dateMs();
    const runs = newestFirst.map((run, age) => run.map((branch) => ({ ...branch, savedAt: savedAt - age, record: goneOnWith(branch.record, featuresHash) })));
    return { runs, inexact: newestFirst.filter((run) => !run.every(({ record }) => isExactOn(record, featuresHash))).length };
  }
}

function isBundled(id: string): boolean {
  return (BUNDLED as readonly string[]).includes(id);
}

function latest(run: readonly ProjectBranch[]): number {
  return Math.max(...run.map(({ savedAt }) => savedAt));
}

function checkSplit({ dataset }: Project, file: string): void {
  try {
    defaultHeldOut(dataset);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new HeldoutError('bad-file', `The data set in ${file} cannot be split. ${error.message}`, 'Nothing was changed here.', { file });
  }
}
