import * as v from 'valibot';
import type { Example } from '../core/examples.ts';
import type { ExampleFields, RowEdit } from '../core/editing/row-edit.ts';
import type { StoredDraft } from '../protocol/drafts.ts';

const rows = v.instance(Uint32Array);
const example: v.GenericSchema<unknown, Example> = v.object({ text: v.string(), label: v.string(), domain: v.string(), group: v.exactOptional(v.string()) });
const fields: v.GenericSchema<unknown, ExampleFields> = v.object({
  text: v.exactOptional(v.string()),
  label: v.exactOptional(v.string()),
  domain: v.exactOptional(v.string()),
  group: v.exactOptional(v.string()),
});
const edit: v.GenericSchema<unknown, RowEdit> = v.variant('kind', [
  v.object({ kind: v.literal('add'), examples: v.array(example) }),
  v.object({ kind: v.literal('change'), rows, fields }),
  v.object({ kind: v.literal('delete'), rows }),
]);
const natural = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What must be known of a draft that cannot be read, so that another can take its place. */
export const revisionSchema = v.object({ revision: natural });

/** A draft as read back from storage, which an older or newer page may have written. Whether its rows exist shows when it is replayed. */
export const draftSchema: v.GenericSchema<unknown, StoredDraft> = v.pipe(
  v.object({ edits: v.array(edit), at: natural, revision: natural }),
  v.check(({ edits, at }) => at <= edits.length),
);
