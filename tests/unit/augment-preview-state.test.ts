import { expect, test } from 'vitest';
import { previewCandidates, previewOf, type Preview } from '../../src/core/augment/preview.ts';
import { NO_SYNONYMS } from '../../src/core/augment/synonyms.ts';
import type { Dataset } from '../../src/core/examples.ts';
import { finished } from '../../src/core/finished.ts';
import { DEFAULT_KNOBS } from '../../src/core/knobs.ts';
import type { PreviewRequest } from '../../src/protocol/augment.ts';
import { HeldoutError } from '../../src/protocol/errors.ts';
import { Notices } from '../../src/state/notices.svelte.ts';
import { TextPreview } from '../../src/state/text-preview.svelte.ts';
import { datasetOf } from '../support/quality-data.ts';

interface Asked {
  readonly request: PreviewRequest;
  answer(): void;
  fail(error: Error): void;
}

/** A preview whose questions are answered when the test says so. */
function waitingPreview(rows = 12): { preview: TextPreview; asked: Asked[]; notices: Notices; conditions: { dataset: Dataset; seed: number; knobs: typeof DEFAULT_KNOBS } } {
  const asked: Asked[] = [];
  const notices = new Notices();
  const dataset = datasetOf(Array.from({ length: rows }, (_, i) => ({ text: `one two three ${i}`, label: i % 2 ? 'a' : 'b', domain: i < 6 ? 'out' : 'in' })));
  const conditions = { dataset, heldOutDomain: 'out', seed: 1, knobs: { ...DEFAULT_KNOBS, textSwap: true } };
  const preview = new TextPreview(
    {
      preview: (request) =>
        new Promise<Preview>((resolve, reject) => {
          const { candidates, kinds, strength, turn, seed } = request;
          asked.push({ request, answer: () => resolve(previewOf(candidates, kinds, strength, turn, { seed, synonyms: NO_SYNONYMS })), fail: reject });
        }),
    },
    notices,
    conditions,
    conditions,
  );
  return { preview, asked, notices, conditions };
}

test('a preview shows what the last question was answered, whichever answer comes first', async () => {
  const { preview, asked, conditions } = waitingPreview();
  const first = preview.refresh();
  conditions.knobs = { ...conditions.knobs, textStrength: 0.5 };
  const second = preview.refresh();
  asked[1]?.answer();
  asked[0]?.answer();
  await Promise.all([first, second]);
  expect(asked.map(({ request }) => request.strength)).toEqual([0.1, 0.5]);
  const expected = previewOf(asked[1]?.request.candidates ?? [], ['swap'], 0.5, 0, { seed: 1, synonyms: NO_SYNONYMS });
  expect(preview.shown).toEqual(expected.shown);
  expect(preview.shown).toHaveLength(3);
});

test('a preview that cannot be had says why until it can; what is unexpected is told like any error', async () => {
  const { preview, asked, notices } = waitingPreview();
  const missing = preview.refresh();
  asked[0]?.fail(new HeldoutError('model-download', 'The table of synonyms could not be downloaded.', ''));
  await missing;
  expect([preview.problem, preview.shown, notices.list.length]).toEqual(['The table of synonyms could not be downloaded.', [], 0]);
  const again = preview.refresh();
  asked[1]?.answer();
  await again;
  expect([preview.problem, preview.shown.length]).toEqual([null, 3]);
  const broken = preview.refresh();
  asked[2]?.fail(new TypeError('broken'));
  await broken;
  expect([preview.shown.length, notices.list[0]?.text]).toEqual([0, 'Something unexpected went wrong: broken']);
});

test('texts of large data are looked for in slices, and the same are found', async () => {
  const { preview, asked, conditions } = waitingPreview(400_000);
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  const shown = preview.refresh();
  while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  clearInterval(others);
  asked[0]?.answer();
  await shown;
  expect(turns).toBeGreaterThan(1);
  expect(asked[0]?.request.candidates).toEqual(finished(previewCandidates(conditions.dataset.examples, 'out', 1)));
  expect(preview.shown).toHaveLength(3);
});
