import { describe, expect, test } from 'vitest';
import { readText } from '../../src/data/read-text.ts';

/** A file as browsers give it whose files have no byte streams. */
class PlainFile extends File {
  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const reader = (super.stream() as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
  }
}

async function textOf(file: File, chunkBytes: number): Promise<string> {
  let text = '';
  for await (const chunk of readText(file.name, file, 'utf-8', chunkBytes)) text += chunk.text;
  return text;
}

const TEXT = Array.from({ length: 400 }, (_, i) => `row ${i}, déjà ${'vu '.repeat(i % 7)}👍\n`).join('');

describe('a file', () => {
  test('is read into memory that is used again, without a piece that is written over too early', async () => {
    for (const chunkBytes of [5, 1000, 2 ** 15]) expect(await textOf(new File([TEXT], 'a.txt'), chunkBytes)).toBe(TEXT);
  });

  test('is read all the same where the browser’s files have no byte streams', async () => {
    const file = new PlainFile([TEXT], 'a.txt');
    expect(() => file.stream().getReader({ mode: 'byob' })).toThrow(TypeError);
    for (const chunkBytes of [5, 1000, 2 ** 15]) expect(await textOf(file, chunkBytes)).toBe(TEXT);
  });
});
