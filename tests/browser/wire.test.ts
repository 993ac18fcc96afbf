import { expose, wrap, type Remote } from 'comlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeldoutError } from '../../src/protocol/errors.ts';
import { carryErrors } from '../../src/protocol/wire.ts';

/** A real Comlink connection over a MessageChannel: errors are serialized on one side and made anew on the other. */

const api = {
  fail(): Promise<never> {
    return Promise.reject(new HeldoutError('bad-file', 'Row 7 has no label.', 'Fill in the label.', { file: 'mails.csv', row: 7, column: 'label' }));
  },
  failNowhere(): never {
    throw new HeldoutError('cancelled', 'Cancelled.', '');
  },
  failPlainly(): never {
    throw new TypeError('undefined is not a function');
  },
  failOutOfRange(): never {
    throw new RangeError('There is no member 7.');
  },
  failOddly(): never {
    throw 'just words';
  },
  answer(): number {
    return 42;
  },
};

let channel: MessageChannel;
let remote: Remote<typeof api>;

function caught(call: () => Promise<unknown>): Promise<unknown> {
  return call().then(
    () => expect.fail('it did not throw'),
    (error: unknown) => error,
  );
}

beforeEach(() => {
  carryErrors();
  channel = new MessageChannel();
  expose(api, channel.port1);
  remote = wrap<typeof api>(channel.port2);
});

afterEach(() => {
  channel.port1.close();
  channel.port2.close();
});

describe.each([
  ['once', () => undefined],
  ['again', carryErrors],
])('with errors carried %s', (_, again) => {
  beforeEach(again);

  test('a HeldoutError arrives whole', async () => {
    const error = await caught(() => remote.fail());
    expect(error).toBeInstanceOf(HeldoutError);
    expect(error).toMatchObject({
      name: 'HeldoutError',
      code: 'bad-file',
      message: 'Row 7 has no label.',
      remedy: 'Fill in the label.',
      place: { file: 'mails.csv', row: 7, column: 'label' },
      stack: expect.stringContaining('fail') as string,
    });
  });

  test('a HeldoutError without a place arrives without one', async () => {
    const error = await caught(() => remote.failNowhere());
    expect(error).toBeInstanceOf(HeldoutError);
    expect(error).toMatchObject({ code: 'cancelled', message: 'Cancelled.', remedy: '', place: {} });
  });

  test('a RangeError arrives as one', async () => {
    const error = await caught(() => remote.failOutOfRange());
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'There is no member 7.' });
  });

  test('another error keeps its message and passes for no HeldoutError', async () => {
    const error = await caught(() => remote.failPlainly());
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(HeldoutError);
    expect(error).not.toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'undefined is not a function', stack: expect.stringContaining('failPlainly') as string });
  });

  test('what is thrown and is no error arrives as one, with its words', async () => {
    const error = await caught(() => remote.failOddly());
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ message: 'just words' });
  });

  test('answers arrive as ever', async () => {
    expect(await remote.answer()).toBe(42);
  });
});
