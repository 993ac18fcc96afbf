import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const linter = new ESLint({ cwd: new URL('../..', import.meta.url).pathname });

async function complaints(filePath: string, code: string): Promise<string[]> {
  const [result] = await linter.lintText(code, { filePath });
  return (result?.messages ?? []).map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

describe('the import table', { timeout: 60_000 }, () => {
  it('keeps core free of every other folder', async () => {
    const found = await complaints('src/core/probe.ts', "export { HeldoutError } from '../protocol/errors.ts';\n");
    expect(found.join()).toContain('src/core may import only: nothing');
  });

  it('keeps the page away from engine and storage', async () => {
    const found = await complaints('src/ui/probe.ts', "export { Run } from '../engine/run.ts';\nexport { Storage } from '../storage/storage.ts';\n");
    expect(found.filter((message) => message.includes('src/ui may import only: state, core'))).toHaveLength(2);
  });

  it('lets only the engine use tfjs', async () => {
    const code = "import * as tf from '@tensorflow/tfjs';\nexport const backend = tf.getBackend();\n";
    expect((await complaints('src/worker/probe.ts', code)).join()).toContain('Only src/engine may use tfjs');
    expect(await complaints('src/engine/probe.ts', code)).toEqual([]);
  });

  it('lets only storage touch IndexedDB', async () => {
    const code = "export const open = indexedDB.open('x');\n";
    expect((await complaints('src/worker/probe.ts', code)).join()).toContain('no-restricted-globals');
  });

  it('keeps clocks and global randomness out of core', async () => {
    const found = await complaints('src/core/probe.ts', 'export const now = Date.now();\nexport const random = Math.random();\n');
    expect(found.map((message) => message.split(':')[0])).toEqual(['no-restricted-globals', 'no-restricted-properties']);
  });
});
