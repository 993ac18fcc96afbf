import 'fake-indexeddb/auto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { examplesOf } from '../../src/core/editing/draft-rows.ts';
import type { Example } from '../../src/core/examples.ts';
import { startBackend } from '../../src/engine/backend.ts';
import type { DataServices } from '../../src/protocol/data-services.ts';
import type { LoadedDataset } from '../../src/protocol/encoder.ts';
import type { EditingDraft } from '../../src/state/editing-draft.svelte.ts';
import { Editor } from '../../src/state/editor.svelte.ts';
import { Job } from '../../src/state/job.svelte.ts';
import { Notices } from '../../src/state/notices.svelte.ts';
import { Storage } from '../../src/storage/storage.ts';
import { dataServices } from '../../src/worker/data-services.ts';
import { finished } from '../support/editing.ts';
import { fillDisk } from '../support/full-disk.ts';
import { fetchFromPackage, useLiteManifest, wasmPaths } from '../support/use-lite-files.ts';

const SITE = 'https://site.test/';
/** A bundled data set: its vectors come with the page, not from the cache. */
const BUNDLED = 'reviews';
let models: string[];
let storage: Storage;
let databases = 0;

async function site(address: string): Promise<Response> {
  const path = address.slice(SITE.length);
  if (!path.startsWith('models/')) return new Response(await readFile(new URL(`../../${path}`, import.meta.url)));
  models.push(path);
  return fetchFromPackage(path);
}

beforeEach(() => {
  models = [];
  vi.stubGlobal('fetch', site);
  storage = new Storage(`editor ${++databases}`);
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await storage.close();
});

/** The part of a page that shows one data set, on the real services. */
class Page {
  readonly notices = new Notices();
  readonly editor: Editor;
  /** How many texts each call embedded. */
  readonly embedded = new Set<number>();
  private readonly services: DataServices;
  private shown: { readonly entryId: string; readonly dataset: LoadedDataset['dataset'] } | null = null;

  constructor() {
    this.services = dataServices({ siteUrl: SITE, manifest: useLiteManifest, storage, startBackend: () => startBackend('wasm', { wasmPaths }), nowMs: () => performance.now(), dateMs: () => Date.now() });
    const { encoder, drafts } = this.services;
    const job = new Job((name) => encoder.cancel(name));
    const show = (entryId: string, { dataset }: LoadedDataset): void => {
      this.shown = { entryId, dataset };
      this.editor.follow();
    };
    const host: ConstructorParameters<typeof Editor>[3] = {
      job,
      current: () => this.shown,
      isListed: () => true,
      open: async (entryId) => show(entryId, await encoder.openDataset(entryId, 'open', () => {})),
      take: async (loaded) => show(loaded.dataset.id, loaded),
      attempt: async (action) => void (await action()),
    };
    const counting: Pick<DataServices['encoder'], 'saveDataset'> = {
      saveDataset: (draft, from, name, onProgress) =>
        encoder.saveDataset(draft, from, name, (progress) => {
          if (progress.kind === 'embed') this.embedded.add(progress.total);
          onProgress(progress);
        }),
    };
    this.editor = new Editor(counting, drafts, this.notices, host);
    this.open = (id) => host.open(id);
  }

  readonly open: (id: string) => Promise<void>;

  /** Opens a data set and its editor. */
  async edit(id: string): Promise<EditingDraft> {
    await this.open(id);
    await this.editor.open();
    return this.draft;
  }

  get draft(): EditingDraft {
    return this.editor.draft ?? expect.fail('no data set is shown');
  }

  get examples(): Example[] {
    return finished(examplesOf(this.draft.rows ?? expect.fail('the editor is not open')));
  }

  get dataset(): LoadedDataset['dataset'] {
    return this.shown?.dataset ?? expect.fail('no data set is shown');
  }

  async names(): Promise<string[]> {
    return (await this.services.encoder.listDatasets()).map(({ name }) => name);
  }
}

const rows = (...numbers: number[]): Uint32Array => Uint32Array.from(numbers);

/** One edit of each kind: two texts that are new, one that another row has. */
async function editAll({ draft, dataset }: Page): Promise<void> {
  draft.apply({ kind: 'change', rows: rows(0), fields: { text: 'Nobody has written this sentence before me.' } });
  draft.apply({ kind: 'change', rows: rows(1, 2), fields: { label: 'odd' } });
  draft.apply({ kind: 'delete', rows: rows(3) });
  draft.apply({ kind: 'add', examples: [{ text: 'Nor has anyone thought of this one.', label: 'odd', domain: 'hotels' }] });
  draft.apply({ kind: 'add', examples: [{ text: dataset.examples[9]?.text ?? '', label: 'odd', domain: 'gadgets' }] });
  await draft.settled();
}

/** Waits for something, on a slow machine too. */
const poll = <T>(value: () => T) => expect.poll(value, { timeout: 30_000 });
const counted = ({ editor }: Page, texts: number) => poll(() => editor.toEmbed).toBe(texts);

describe('a data set made of edits', () => {
  test('has only its changed texts embedded, and the one before stays; undo brings that back with its edits', async () => {
    const page = new Page();
    await page.edit(BUNDLED);
    const before = page.dataset;
    await editAll(page);
    await counted(page, 2);
    const { examples } = page;
    expect(models).toEqual([]);
    await page.editor.use();
    expect(page.editor.trouble).toBe('');
    expect([...page.embedded]).toEqual([2]);
    expect(page.dataset).toMatchObject({ name: 'Reviews, edited', examples, labels: ['positive', 'odd', 'negative'] });
    expect(page.editor).toMatchObject({ edits: 0, isOpen: false });
    await poll(() => storage.drafts.getDraft(before.id)).toBeUndefined();

    page.notices.list[0]?.action?.run();
    await poll(() => page.dataset.id).toBe(before.id);
    await page.editor.open();
    expect(page.examples).toEqual(examples);
    expect(page.editor.edits).toBe(5);
    await counted(page, 0); // they are cached now
    expect(await page.names()).toContain('Reviews, edited');
  });

  test('can be undone, also when training has begun, until other data is opened', async () => {
    const page = new Page();
    const use = async (): Promise<void> => {
      const draft = await page.edit(BUNDLED);
      draft.apply({ kind: 'change', rows: rows(1, 2), fields: { label: 'odd' } });
      await draft.settled();
      await page.editor.use();
    };
    await use();
    page.notices.info('Something is over.');
    page.notices.clearInfo(); // as pressing Train does
    const undo = { kind: 'info', action: { label: 'Undo' }, text: '“Reviews, edited” has 1,434 examples; “Reviews” is kept as it was, and can be chosen again under “Data set”.' };
    expect(page.notices.list).toMatchObject([undo]);
    await page.open(BUNDLED);
    expect(page.notices.list).toEqual([]);

    await use();
    expect(page.notices.list).toMatchObject([undo]);
    page.notices.list[0]?.action?.run();
    await poll(() => page.dataset.name).toBe('Reviews');
    expect(page.notices.list).toEqual([]);
    await poll(() => page.editor.edits).toBe(1);
  });

  test('that cannot be split is refused at the place, before anything is embedded', async () => {
    const page = new Page();
    const draft = await page.edit(BUNDLED);
    const of = (label: string): Uint32Array => Uint32Array.from(page.dataset.examples.flatMap((example, row) => (example.label === label ? [row] : [])));
    for (const label of page.dataset.labels) draft.apply({ kind: 'change', rows: of(label), fields: { domain: label } });
    draft.apply({ kind: 'change', rows: rows(0), fields: { text: 'Nobody has written this sentence before me.' } });
    await page.editor.use();
    expect(page.editor.trouble).toMatch(/^Reviews, edited cannot be split\. Whichever domain is held out, the others have fewer than two labels/u);
    expect(page.editor).toMatchObject({ isOpen: true, edits: 3 });
    expect(page.notices.list).toEqual([]);
    expect(models).toEqual([]);
    expect(await page.names()).not.toContain('Reviews, edited');
  });

  test('is not made of fewer than two labels, nor of edits that changed nothing', async () => {
    const page = new Page();
    const draft = await page.edit(BUNDLED);
    const all = Uint32Array.from(page.dataset.examples.keys());
    draft.apply({ kind: 'change', rows: all, fields: { label: 'same' } });
    await draft.settled();
    expect(page.editor.problem).toMatch(/^All examples have the label “same”\./u);
    await page.editor.use();
    expect(page.dataset.name).toBe('Reviews');
    draft.undo();
    await draft.settled();
    expect(page.editor.problem).toBe('The examples are as they were: there is nothing to save.');
  });

  test('leaves the draft where it was when saving is cancelled', async () => {
    const page = new Page();
    await page.edit(BUNDLED);
    await editAll(page);
    const saving = page.editor.use();
    while (!page.editor.job.busy) await new Promise(setImmediate);
    page.editor.job.cancel();
    await saving;
    expect(page.editor).toMatchObject({ edits: 5, trouble: '', isOpen: true });
    expect(page.dataset.name).toBe('Reviews');
  });
});

describe('a draft', () => {
  test('is kept after each edit, undo and redo, and found again by the next visit', async () => {
    const page = new Page();
    const draft = await page.edit(BUNDLED);
    await editAll(page);
    draft.undo();
    draft.undo();
    draft.redo();
    await draft.settled();
    const { examples } = page;
    expect(draft.keeping).toBe('kept');

    const later = new Page();
    await later.open(BUNDLED);
    await poll(() => later.editor.edits).toBe(4);
    await later.editor.open();
    expect(later.examples).toEqual(examples);
    later.draft.redo();
    await later.draft.settled();
    expect(later.examples).toHaveLength(examples.length + 1);
  });

  test('that is discarded can be brought back, and is gone for the next visit when it is not', async () => {
    const page = new Page();
    const draft = await page.edit(BUNDLED);
    await editAll(page);
    const { examples } = page;
    await draft.discard();
    expect(page.examples).toEqual(page.dataset.examples);
    expect(draft.discardedEdits).toBe(5);
    await draft.bringBack();
    expect(page.examples).toEqual(examples);
    await draft.settled();
    expect(await storage.drafts.getDraft(page.dataset.id)).toMatchObject({ at: 5 });
    await draft.discard();
    await draft.settled();
    const later = new Page();
    await later.edit(BUNDLED);
    expect(later.editor.edits).toBe(0);
  });

  test('is said to be discarded when a reload would not bring it back any more', async () => {
    const page = new Page();
    const draft = await page.edit(BUNDLED);
    await editAll(page);
    await draft.settled();
    const replace = storage.drafts.replaceDraft.bind(storage.drafts);
    let write = (): void => expect.unreachable('Nothing is being written.');
    const asked = new Promise<void>((begun) => {
      vi.spyOn(storage.drafts, 'replaceDraft').mockImplementationOnce(async (...args) => {
        await new Promise<void>((resolve) => {
          write = resolve;
          begun();
        });
        return replace(...args);
      });
    });
    const discarding = draft.discard();
    await asked;
    await poll(() => page.examples).toEqual(page.dataset.examples);
    expect(draft.said).toBe('');
    write();
    await discarding;
    expect(draft.said).toBe('Discarded 5 edits.');
    expect(await storage.drafts.getDraft(page.dataset.id)).toBeFalsy();
  });

  test('that another tab has changed meanwhile is not overwritten: its edits are shown, and that is said', async () => {
    const [here, there] = [new Page(), new Page()];
    await here.edit(BUNDLED);
    await there.edit(BUNDLED);
    there.draft.apply({ kind: 'delete', rows: rows(7) });
    await there.draft.settled();
    here.draft.apply({ kind: 'delete', rows: rows(8) });
    await poll(() => here.draft.trouble).toMatch(/^These examples were edited in another tab/u);
    await poll(() => here.examples).toEqual(there.examples);
    here.draft.apply({ kind: 'delete', rows: rows(8) });
    await here.draft.settled();
    expect(await storage.drafts.getDraft(here.dataset.id)).toMatchObject({ edits: [{ rows: rows(7) }, { rows: rows(8) }], at: 2 });
  });

  test('of other rows is left out, and that is said', async () => {
    const page = new Page();
    await page.open(BUNDLED);
    await storage.drafts.replaceDraft(page.dataset.id, { edits: [{ kind: 'delete', rows: rows(99_999) }], at: 1 }, 0, 5);
    const later = new Page();
    await later.edit(BUNDLED);
    expect(later.draft.trouble).toMatch(/^Edits that were kept of these examples do not fit them any more/u);
    expect(later.examples).toEqual(later.dataset.examples);
  });

  test('that storage refuses is said to be lost by a reload, and can be edited on', async () => {
    const page = new Page();
    const draft = await page.edit(BUNDLED);
    fillDisk();
    draft.apply({ kind: 'delete', rows: rows(0) });
    await poll(() => draft.keeping).toBe('refused');
    expect(draft.trouble).toMatch(/^The browser has no room left to save this\./u);
    draft.apply({ kind: 'delete', rows: rows(1) });
    await draft.settled();
    expect(page.examples).toEqual(page.dataset.examples.slice(2));
  });
});

describe('what is on show', () => {
  test('is what the editor was opened for, equal texts side by side, until that is taken back', async () => {
    const page = new Page();
    await page.edit(BUNDLED);
    const { view } = page.editor;
    view.ask({ label: 'negative' });
    page.editor.close();
    const chosen = { rows: rows(700, 3, 12), title: '3 near copies' };
    await page.editor.open(chosen);
    const byText = [3, 12, 700].sort((a, b) => ((page.examples[a]?.text.toLowerCase() ?? '') < (page.examples[b]?.text.toLowerCase() ?? '') ? -1 : 1));
    await poll(() => [...view.order]).toEqual(byText);
    expect(view.query).toMatchObject({ only: chosen, label: null });
    page.draft.apply({ kind: 'delete', rows: rows(12) });
    await poll(() => [...view.order]).toEqual(byText.filter((row) => row !== 12));
    view.ask({ only: null });
    await poll(() => view.order.length).toBe(page.examples.length);
    expect(view.chosen).toBe(chosen); // so that they can be shown alone again
  });

  test('is that from the start where the editor is opened for the first time', async () => {
    const page = new Page();
    await page.open(BUNDLED);
    await page.editor.open({ rows: rows(5), title: 'one' });
    await poll(() => [...page.editor.view.order]).toEqual([5]);
  });

  test('follows the edits: rows leave and join the filter, and only rows on show are selected', async () => {
    const page = new Page();
    const draft = await page.edit(BUNDLED);
    const { view } = page.editor;
    view.ask({ label: 'negative', domain: 'films' });
    await poll(() => view.arranging).toBe(false);
    const [first = NaN, second = NaN] = view.order;
    const shown = view.order.length;
    view.select(rows(first, second), true);
    draft.apply({ kind: 'change', rows: rows(first), fields: { label: 'positive' } });
    await poll(() => view.order.length).toBe(shown - 1);
    expect([...view.selectedRows]).toEqual([second]);
    draft.undo();
    await poll(() => view.order.length).toBe(shown);
    draft.apply({ kind: 'add', examples: [{ text: 'One more.', label: 'negative', domain: 'hotels' }] });
    await poll(() => view.missing).toBe(true);
    draft.apply({ kind: 'add', examples: [{ text: 'And one.', label: 'negative', domain: 'films' }] });
    await poll(() => view.activeRow).toBe(page.dataset.examples.length + 1);
    expect(view.missing).toBe(false);
  });

  test('is searched when typing pauses, whatever was typed before', async () => {
    const page = new Page();
    await page.edit(BUNDLED);
    const { view } = page.editor;
    for (const search of ['a', 'aw', 'AWFUL']) view.ask({ search });
    await poll(() => view.arranging).toBe(false);
    const expected = [...page.dataset.examples.keys()].filter((row) => /awful/iu.test(page.dataset.examples[row]?.text ?? ''));
    expect([...view.order]).toEqual(expected);
  });
});
