import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { App } from '../../src/state/app.svelte.ts';
import type { EditingDraft } from '../../src/state/editing-draft.svelte.ts';
import { fillDisk, freeDisk } from '../support/full-disk.ts';
import { useVisits } from '../support/page-model.ts';

/** Edits and settings while the disk takes nothing more, and once it does again: the page's model on the real services. */

const { site, visit } = useVisits('editing on a full disk');

beforeEach(() => vi.stubGlobal('navigator', {})); // Node 20 has none
afterEach(() => vi.restoreAllMocks());

const editsOf = ({ editor }: App): number => editor.draft?.current.at ?? expect.fail('no data set is shown');

async function edited(page: App): Promise<EditingDraft> {
  await page.editor.open();
  const draft = page.editor.draft ?? expect.fail('no data set is shown');
  draft.apply({ kind: 'delete', rows: Uint32Array.of(0) });
  await draft.settled();
  return draft;
}

/** A page with two edits, the second of which storage refused; now there is room. */
async function withRefusedEdit(): Promise<{ readonly page: App; readonly draft: EditingDraft }> {
  const page = await visit();
  const draft = await edited(page);
  fillDisk();
  draft.apply({ kind: 'delete', rows: Uint32Array.of(1) });
  await draft.settled();
  freeDisk();
  return { page, draft };
}

test('an edit that storage refused says so, and is kept once the storage panel has made room, with no further edit', async () => {
  const page = await visit();
  fillDisk();
  const draft = await edited(page);
  expect([draft.keeping, draft.trouble]).toEqual(['refused', expect.stringMatching(/room|full|space/iu)]);
  freeDisk();
  await page.deviceStorage.free({ kind: 'embeddings' });
  await draft.settled();
  expect([draft.keeping, draft.trouble]).toEqual(['kept', '']);
  const later = await visit();
  await later.editor.open();
  expect(editsOf(later)).toBe(1);
});

test('edits that were discarded while storage refused do not come back when room is made', async () => {
  const { page, draft } = await withRefusedEdit();
  await draft.discard();
  await page.deviceStorage.free({ kind: 'embeddings' });
  await draft.settled();
  const later = await visit();
  await later.editor.open();
  expect(editsOf(later)).toBe(0);
});

test('edits that were freed do not come back, though storage had refused the last of them', async () => {
  const { page } = await withRefusedEdit();
  const id = page.data.dataset?.id ?? '';
  await page.deviceStorage.free({ kind: 'draft', datasetId: id });
  expect(await site.storage.drafts.getDraft(id)).toBeUndefined();
});

test('edits go with everything, though storage had refused them', async () => {
  const page = await visit();
  fillDisk();
  await edited(page);
  freeDisk();
  await page.deviceStorage.free({ kind: 'everything' });
  await page.editor.draft?.settled();
  expect(await site.storage.drafts.getDraft(page.data.dataset?.id ?? '')).toBeUndefined();
});

test('settings that storage refused are kept once room is made', async () => {
  const page = await visit();
  const heldOut = page.data.heldOutOptions.find((domain) => domain !== page.settings.heldOutDomain) ?? expect.fail('one domain only');
  fillDisk();
  await page.training.startWith({ heldOutDomain: heldOut });
  freeDisk();
  expect((await visit()).settings.heldOutDomain).not.toBe(heldOut);
  await page.deviceStorage.free({ kind: 'embeddings' });
  expect((await visit()).settings.heldOutDomain).toBe(heldOut);
});
