import type { Method } from '../../src/core/configurations.ts';
import type { CellEntry, DomainTable, TableRequest } from '../../src/core/domain-table.ts';
import type { PopulationFactory } from '../../src/engine/population/population.ts';
import type { TableProgress } from '../../src/protocol/domain-table.ts';
import { Database } from '../../src/storage/database.ts';
import { DomainTableStore } from '../../src/storage/domain-tables.ts';
import { DomainTableService } from '../../src/worker/domain-table-service.ts';
import { kernelPopulations } from './kernel.ts';
import { toyData, type Toy } from './training-data.ts';

/** Four domains on which heads make mistakes. */
export const TOY = toyData({ rows: [24, 20, 16, 28], noise: 1.2, width: 12 });
const BASIC: readonly Method[] = ['erm', 'ermMixup'];
export const REQUEST: TableRequest = { head: { kind: 'hidden', width: 4 }, steps: 20, seeds: 2, methods: BASIC, leaveOneOut: true };

export interface TestedTable {
  readonly service: DomainTableService;
  readonly revealed: string[];
  readonly reports: TableProgress[];
  /** Evaluations of each domain's watched half. */
  readonly looks: ReadonlyMap<string, number>;
  /** Heads that were asked for so far. */
  trained(): number;
  /** What the training worker has. */
  data: Toy | null;
  makePopulation: PopulationFactory;
  run(request?: TableRequest, onProgress?: (progress: TableProgress) => void): Promise<DomainTable>;
}

/** The service with the real kernel over a storage of its own. Each look at its clock finds `msPerLook` gone, which decides how long its slices are. */
export function startTable(name: string, toy: Toy | null = TOY, msPerLook = 20): TestedTable {
  let nowMs = 0;
  let trained = 0;
  const revealed: string[] = [];
  const reports: TableProgress[] = [];
  const looks = new Map<string, number>();
  const service = new DomainTableService({
    study: {
      current: () => tested.data,
      makePopulation: (data, head, members) => {
        trained += members.length;
        return tested.makePopulation(data, head, members);
      },
      nowMs: () => (nowMs += msPerLook),
    },
    storage: storeOf(name),
    markRevealed: async (_, domains) => void revealed.push(...domains),
    addLooks: async (_, domain, { evaluations }) => void looks.set(domain, (looks.get(domain) ?? 0) + evaluations),
  });
  const tested: TestedTable = {
    service,
    revealed,
    reports,
    looks,
    trained: () => trained,
    data: toy,
    makePopulation: kernelPopulations,
    run: (request = REQUEST, onProgress = () => {}) =>
      service.run(request, (progress) => {
        reports.push(progress);
        onProgress(progress);
      }),
  };
  return tested;
}

/** Cells in one order, whatever the one in which they were finished. */
export function sorted(table: DomainTable): DomainTable {
  const nameOf = ({ heldOut, seed, method }: DomainTable['cells'][number]): string => JSON.stringify([heldOut, seed, method]);
  return { ...table, cells: table.cells.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) };
}

/** Finished cells in storage. */
export async function storedCells(name: string, toy: Toy): Promise<readonly CellEntry[]> {
  const entries = await storeOf(name).getEntries(toy.dataset.id);
  return [...entries.values()].filter((entry): entry is CellEntry => entry.kind === 'cell');
}

function storeOf(name: string): DomainTableStore {
  return new DomainTableStore(new Database(name));
}
