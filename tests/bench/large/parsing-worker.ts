import { expose } from 'comlink';
import Papa from 'papaparse';
import type { ImportPlan } from '../../../src/core/import-plan.ts';
import { carryErrors } from '../../../src/protocol/wire.ts';
import { parseOnThreads } from '../../../src/worker/parse-on-threads.ts';

/** One contestant's thread. What was read last is kept until the next call, as it is while the page embeds it. */
class ParsingThread {
  private kept: readonly unknown[] = [];

  /** As the import service reads a file once its preview is confirmed. @returns rows read */
  async heldout(file: File, plan: ImportPlan, onProgress: (doneBytes: number, totalBytes: number) => void): Promise<number> {
    this.kept = [];
    const { dataset } = await parseOnThreads([{ name: file.name, content: file }], plan, { onProgress, nowMs: () => performance.now(), signal: new AbortController().signal });
    this.kept = dataset.examples;
    return this.kept.length;
  }

  /** PapaParse alone, in its own chunks. @param header rows as objects, else as arrays. @returns rows read */
  papaParse(file: File, header: boolean): Promise<number> {
    this.kept = [];
    return new Promise((resolve, reject) => {
      const rows: unknown[] = [];
      const complete = (): void => {
        this.kept = rows;
        resolve(rows.length - (header ? 0 : 1));
      };
      Papa.parse<unknown, File>(file, { header, skipEmptyLines: true, chunk: ({ data }) => void rows.push(...data), complete, error: reject });
    });
  }
}

export type ParsingApi = Pick<ParsingThread, 'heldout' | 'papaParse'>;

carryErrors();
expose(new ParsingThread());
