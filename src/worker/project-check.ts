import type { Dataset } from '../core/examples.ts';
import { splitsOfSeeds } from '../core/splits.ts';
import type { Project, ProjectBranch } from '../data/project/contents.ts';
import { EMBEDDING_WIDTH } from '../engine/encoder/encoder.ts';
import { readCheckpoint } from '../engine/population/checkpoint-tensors.ts';
import { HeldoutError } from '../protocol/errors.ts';

/** What the engine must find in a run's weights. */
interface Classes {
  readonly classes: number;
  readonly domains: number;
}

/** Checks that a project's runs can be gone on with on its data set. @throws HeldoutError 'bad-file' naming the branch */
export function checkRuns({ dataset, runs }: Project): void {
  const known = new Map<string, Classes>();
  for (const branch of runs.flat()) {
    try {
      checkWeights(branch, dataset, known);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new HeldoutError('bad-file', `The run ${branch.record.id} does not fit the data set of its file. ${error.message}`, 'Get the file again from where it came from. Nothing was changed here.');
    }
  }
}

/** @throws RangeError when they do not fit */
function checkWeights({ record, checkpoints }: ProjectBranch, dataset: Dataset, known: Map<string, Classes>): void {
  const { heldOutDomain, head } = record;
  let classes = known.get(heldOutDomain);
  if (!classes) {
    const [split] = splitsOfSeeds(dataset, heldOutDomain, [record.seed]); // how many there are does not depend on the seed
    classes = { classes: split?.labels.length ?? 0, domains: split?.trainDomains.length ?? 0 };
    known.set(heldOutDomain, classes);
  }
  if (record.groupBy === 'group' && dataset.groups.length === 0) throw new RangeError('It goes by groups, and the data set has none.');
  const groupIndex = new Map(dataset.groups.map((group, index) => [group, index]));
  const groupOf = record.groupBy === 'group' ? Uint32Array.from(dataset.examples, ({ group }) => groupIndex.get(group ?? '') ?? 0) : undefined;
  const data = { features: new Float32Array(), width: EMBEDDING_WIDTH, classOf: new Uint32Array(), classes: classes.classes, ...(groupOf && { groupOf }) };
  const spec = { seed: record.seed, train: Array.from({ length: classes.domains }, () => new Uint32Array()), parts: [] };
  for (const checkpoint of checkpoints) readCheckpoint(checkpoint, { head, inputWidth: EMBEDDING_WIDTH, classes: classes.classes }, data, spec);
}
