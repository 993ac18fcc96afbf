import { expect, test } from 'vitest';
import fc from 'fast-check';
import type { RemedyOrigin } from '../../src/core/dataset-origin.ts';
import type { Remedy } from '../../src/core/quality/report.ts';
import { NO_VERSIONS, movedBy, redoOf, undoOf, versionInUse, versionsOf, withVersion, type VersionStack } from '../../src/core/quality/versions.ts';

const remedyOf = (n: number): Remedy => ({ label: '', done: `remedy ${n}`, result: '', edit: { kind: 'remove-word', word: 'it' } });
const made = (n: number) => ({ entryId: n === 0 ? 'original' : `version ${n}`, remedy: n === 0 ? null : remedyOf(n) });
const originOf = (n: number): RemedyOrigin | null => (n === 0 ? null : { kind: 'remedy', from: made(n - 1).entryId, remedy: remedyOf(n), original: 'original', remedies: n });

/** The original and `remedies` versions made of it. */
function stackOf(remedies: number): VersionStack {
  let stack = versionsOf(NO_VERSIONS, 'original', null);
  for (let n = 1; n <= remedies; n++) stack = withVersion(stack, made(n));
  return stack;
}

test('every remedy can be undone, back to the data set as it was, and done again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.nat({ max: 6 }), (remedies, wanted) => {
      const undos = Math.min(wanted, remedies);
      const full = stackOf(remedies);
      let stack = full;
      for (let i = 0; i < undos; i++) {
        const target = undoOf(stack);
        expect(target?.remedy).toEqual(made(remedies - i).remedy);
        stack = movedBy(stack, -1);
        expect(versionInUse(stack)?.entryId).toBe(target?.entryId);
      }
      expect(versionInUse(stack)).toEqual(made(remedies - undos));
      for (let i = 0; i < undos; i++) {
        const target = redoOf(stack);
        stack = movedBy(stack, 1);
        expect(versionInUse(stack)).toEqual(target);
      }
      expect(stack).toEqual(full);
    }),
  );
});

test('there is nothing to undo at the original, and nothing to redo at the newest', () => {
  expect([undoOf(NO_VERSIONS), redoOf(NO_VERSIONS)]).toEqual([null, null]);
  expect(redoOf(stackOf(2))).toBeNull();
  expect(undoOf(movedBy(movedBy(stackOf(2), -1), -1))).toBeNull();
});

test('a remedy after an undo takes the place of what was undone', () => {
  const stack = withVersion(movedBy(stackOf(2), -1), made(3));
  expect(stack.versions.map(({ entryId }) => entryId)).toEqual(['original', 'version 1', 'version 3']);
  expect(redoOf(stack)).toBeNull();
});

test('another data set begins a history of its own', () => {
  const another = versionsOf(stackOf(2), 'another', null);
  expect([undoOf(another), redoOf(another)]).toEqual([null, null]);
  expect(undoOf(withVersion(another, made(9)))).toEqual({ entryId: 'another', remedy: remedyOf(9) });
});

test('what was made in an earlier visit is undone one by one by what is kept with each data set, and done again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), (remedies) => {
      let stack = NO_VERSIONS;
      for (let n = remedies; n > 0; n--) {
        stack = versionsOf(stack, made(n).entryId, originOf(n));
        expect(undoOf(stack)).toEqual({ entryId: made(n - 1).entryId, remedy: made(n).remedy });
        stack = movedBy(stack, -1);
      }
      stack = versionsOf(stack, 'original', null);
      expect(undoOf(stack)).toBeNull();
      for (let n = 1; n <= remedies; n++) {
        expect(redoOf(stack)).toEqual(made(n));
        stack = versionsOf(movedBy(stack, 1), made(n).entryId, originOf(n));
      }
      expect(stack).toEqual(stackOf(remedies));
    }),
  );
});

test('what is kept with a data set adds nothing to a history that is known already', () => {
  for (const at of [2, 1, 0]) {
    let stack = stackOf(2);
    for (let i = 2; i > at; i--) stack = movedBy(stack, -1);
    expect(versionsOf(stack, made(at).entryId, originOf(at))).toEqual(stack);
  }
});
