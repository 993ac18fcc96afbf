import { needsSynonyms, type TextKind } from '../../src/core/augment/kinds.ts';
import { NO_SYNONYMS, SYNONYM_FILE, readSynonyms } from '../../src/core/augment/synonyms.ts';
import { variantAt, variantCount } from '../../src/core/augment/variants.ts';
import { trainableRows } from '../../src/core/splits.ts';
import type { VariantPart } from '../../src/protocol/variants.ts';
import type { EmbeddedDataset, Workbench } from './workbench.ts';

/** All variants of one kind of the texts that may be trained on, embedded, as the page makes them for a run with this first seed. */
export async function variantsOf(bench: Workbench, { dataset }: EmbeddedDataset, task: { readonly heldOutDomain: string; readonly seed: number }, kind: TextKind, strength: number): Promise<VariantPart> {
  const synonyms = needsSynonyms(kind) ? readSynonyms(await (await fetch(SYNONYM_FILE)).text()) : NO_SYNONYMS;
  const source = { texts: dataset.examples.map(({ text }) => text), rows: trainableRows(dataset, task.heldOutDomain), seed: task.seed, synonyms };
  const made = Array.from({ length: variantCount(source) }, (_, index) => variantAt(source, kind, strength, index));
  const texts = made.flatMap(({ text }) => (text === null ? [] : [text]));
  const encoder = await bench.encoder();
  return {
    kind,
    strength,
    from: 0,
    total: made.length,
    source: Uint32Array.from(made, ({ row }) => row),
    has: Uint8Array.from(made, ({ text }) => (text === null ? 0 : 1)),
    features: texts.length > 0 ? await encoder.embed(texts) : new Float32Array(),
  };
}
