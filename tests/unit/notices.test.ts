import { expect, test } from 'vitest';
import { HeldoutError } from '../../src/protocol/errors.ts';
import { Notices } from '../../src/state/notices.svelte.ts';

const words = ({ list }: Notices): string[] => list.map(({ text, remedy }) => `${text} ${remedy}`);
const refused = new HeldoutError('storage-unavailable', 'Nothing can be saved.', 'Go on.');

test('of messages of which one says all that the other does, the fuller one is shown, whichever came first', () => {
  const inFull = ['Nothing can be saved. Go on. Training works.'];
  const lesserFirst = new Notices();
  lesserFirst.error(refused);
  lesserFirst.problem('Nothing can be saved. Go on.', 'Training works.');
  expect(words(lesserFirst)).toEqual(inFull);
  const fullerFirst = new Notices();
  fullerFirst.problem('Nothing can be saved. Go on.', 'Training works.');
  fullerFirst.error(refused);
  expect(words(fullerFirst)).toEqual(inFull);
});

test('messages that say different things, or offer something to do, are all shown', () => {
  const notices = new Notices();
  notices.error(refused);
  notices.problem('Nothing can be', 'downloaded.');
  notices.info('Nothing can be saved. Go on. Really.');
  notices.problem('Nothing can be saved. Go on.', 'Training works.');
  notices.error(new HeldoutError('storage-unavailable', 'Nothing can be saved. Go', '', {}), { label: 'Try again', run: () => undefined });
  expect(words(notices)).toEqual(['Nothing can be downloaded.', 'Nothing can be saved. Go on. Really. ', 'Nothing can be saved. Go on. Training works.', 'Nothing can be saved. Go ']);
});

test('a message that comes again is shown once, as the newest', () => {
  const notices = new Notices();
  notices.error(refused);
  notices.problem('Another thing.', '');
  notices.error(refused);
  expect(words(notices)).toEqual(['Another thing. ', 'Nothing can be saved. Go on.']);
});
