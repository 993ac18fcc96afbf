import { TEXT_KINDS, TEXT_KIND_TABLE } from '../../src/core/augment/kinds.ts';
import { SYNONYM_FILE, readSynonyms } from '../../src/core/augment/synonyms.ts';
import { variantOf } from '../../src/core/augment/variants.ts';
import { BUNDLED } from '../../src/worker/dataset-shelf.ts';
import type { Workbench } from './workbench.ts';

const STRENGTH = 0.1;
const SEED = 1;

/** How large the table of synonyms is, and how many of the bundled texts each kind of augmentation finds something to change in. */
export async function augmentPart(bench: Workbench): Promise<void> {
  const table = await (await fetch(SYNONYM_FILE)).text();
  const synonyms = readSynonyms(table);
  const words = table.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  const bytes = new TextEncoder().encode(table);
  const packed = await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  bench.print(`  Table of synonyms: ${words} words, ${bytes.length} bytes, ${packed.byteLength} compressed (gzip).`);
  bench.print();

  const sets = await Promise.all(BUNDLED.map(async (id) => ({ id, texts: (await bench.bundled(id)).dataset.examples.map(({ text }) => text) })));
  bench.print(`  Texts that a kind changes at strength ${STRENGTH}, in per cent of all: one variant of each text, seed ${SEED}.`);
  bench.table(
    ['kind', ...sets.map(({ id, texts }) => `${id} (n = ${texts.length})`)],
    TEXT_KINDS.map((kind) => [
      TEXT_KIND_TABLE[kind].label,
      ...sets.map(({ texts }) => {
        const changed = texts.filter((text) => variantOf(text, kind, STRENGTH, { seed: SEED, pass: 0, synonyms }) !== null);
        return ((100 * changed.length) / texts.length).toFixed(0);
      }),
    ]),
  );
}
