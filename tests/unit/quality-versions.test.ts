import { expect, test } from 'vitest';
import fc from 'fast-check';
import { NO_VERSIONS, movedBy, redoOf, undoOf, versionInUse, withVersion, type VersionStack } from '../../src/core/quality/versions.ts';

const made = (n: number) => ({ entryId: `version ${n}`, done: `remedy ${n}` });
/** The original and `remedies` versions made of it. */
function stackOf(remedies: number): VersionStack {
  let stack = NO_VERSIONS;
  for (let n = 1; n <= remedies; n++) stack = withVersion(stack, n === 1 ? 'original' : made(n - 1).entryId, made(n));
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
        expect(target?.done).toBe(made(remedies - i).done);
        stack = movedBy(stack, -1);
        expect(versionInUse(stack)?.entryId).toBe(target?.entryId);
      }
      expect(versionInUse(stack)?.entryId).toBe(undos === remedies ? 'original' : made(remedies - undos).entryId);
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
  const stack = withVersion(movedBy(stackOf(2), -1), made(1).entryId, { entryId: 'other', done: 'other' });
  expect(stack.versions.map(({ entryId }) => entryId)).toEqual(['original', 'version 1', 'other']);
  expect(redoOf(stack)).toBeNull();
});

test('a remedy on another data set begins a history of its own', () => {
  const stack = withVersion(stackOf(2), 'another', made(9));
  expect(undoOf(stack)).toEqual({ entryId: 'another', done: 'remedy 9' });
  expect(undoOf(movedBy(stack, -1))).toBeNull();
});
