import { createHash } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { synonymTable } from '../../models/synonyms/build.ts';
import { synonyms as synonymPlugin } from '../../models/synonyms/plugin.ts';
import { readWordNet, type WordNetFiles } from '../../models/synonyms/wordnet.ts';
import { TEXT_KINDS } from '../../src/core/augment/kinds.ts';
import { isStopWord } from '../../src/core/augment/stop-words.ts';
import { NO_SYNONYMS, SYNONYM_FILE, readSynonyms, type Synonyms } from '../../src/core/augment/synonyms.ts';
import { variantOf } from '../../src/core/augment/variants.ts';
import { AugmentService } from '../../src/worker/augment-service.ts';
import { SynonymLoader } from '../../src/worker/synonym-loader.ts';
import { bundledSet } from '../support/bundled-sets.ts';

let wordNet: WordNetFiles;
let table: string;
let synonyms: Synonyms;
let server: ViteDevServer;
let siteUrl: string;

beforeAll(async () => {
  wordNet = readWordNet();
  table = synonymTable(wordNet);
  synonyms = readSynonyms(table);
  const root = fileURLToPath(new URL('../../models/synonyms/', import.meta.url));
  server = await createServer({ root, configFile: false, logLevel: 'silent', appType: 'custom', plugins: [synonymPlugin()], server: { port: 0, ws: false }, optimizeDeps: { noDiscovery: true } });
  await server.listen(0);
  siteUrl = `http://localhost:${(server.httpServer?.address() as AddressInfo).port}/`;
});
afterAll(() => server.close());

describe('the table of synonyms', () => {
  test('knows what WordNet knows of frequent words', () => {
    expect(synonyms.of('film')).toEqual(['movie', 'picture', 'cinema']);
    expect(synonyms.of('movie')).toEqual(['film', 'picture']);
    expect(synonyms.of('big')).toEqual(['large']);
    expect(synonyms.of('phone')).toContain('telephone');
    expect(synonyms.of('buy')).toEqual(['purchase']);
    expect(synonyms.of('awful')).toEqual(expect.arrayContaining(['dreadful', 'terrible']));
    for (const unknown of ['', 'xyzzy', 'the', 'not', 'toString', '__proto__']) expect(synonyms.of(unknown)).toEqual([]);
  });

  test('has single small words, none its own synonym, none twice, no stop words', () => {
    const lines = table.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const words = lines.map((line) => line.split(' ')[0] as string);
    expect(words).toEqual([...new Set(words)].sort());
    for (const line of lines) {
      const all = line.split(' ');
      expect(new Set(all).size).toBe(all.length);
      for (const word of all) expect(/^[a-z]{2,}$/u.test(word) && !isStopWord(word)).toBe(true);
    }
  });

  test('gives nobody a slur or a vulgar word', () => {
    const given = new Set(table.split('\n').filter((line) => !line.startsWith('#')).flatMap((line) => line.split(' ').slice(1)));
    for (const word of 'ass bitch bastard crap damn fag negro nigger queer shit slut tit whore pussy'.split(' ')) expect(given).not.toContain(word);
  });

  test('takes a word’s frequent meanings only, and in them the words that were met in them', () => {
    const line = (offset: string, words: string): string => `${offset} 03 n ${words.split(' ').length.toString(16).padStart(2, '0')} ${words.split(' ').map((word) => `${word} 0`).join(' ')} 000 | gloss`;
    const sense = (word: string, offset: string, number: number, count: number): string => `${word}%1:03:00:: ${offset} ${number} ${count}`;
    const made: WordNetFiles = {
      data: { noun: ['  1 Licence', line('00000001', 'alpha beta gamma'), line('00000002', 'alpha delta'), line('00000003', 'alpha Epsilon two_words')].join('\n'), verb: '', adj: '', adv: '' },
      senses: [sense('alpha', '00000001', 1, 90), sense('alpha', '00000002', 2, 9), sense('alpha', '00000003', 3, 0), sense('beta', '00000001', 1, 1), sense('gamma', '00000001', 1, 0), sense('delta', '00000002', 1, 5), sense('epsilon', '00000003', 1, 5)].join('\n'),
    };
    expect(synonymTable(made)).toBe('# Licence\nalpha beta\nbeta alpha\ndelta alpha\n');
  });

  test('is small, names its licence, and is that of the release: replays make their texts of it', () => {
    expect(table.length).toBeLessThan(400_000);
    expect(table).toContain('# WordNet 3.1 Copyright 2011 by Princeton University.  All rights reserved.');
    expect(table).toContain('# Permission to use, copy, modify and distribute this software and');
    expect(createHash('sha256').update(table).digest('hex')).toMatchInlineSnapshot(`"9e49de4b22d5027bf20dff5b185e8b45ebe3acb6354ec72b5483d56737a73cd3"`);
  });

  test('has a synonym for something in most of the bundled reviews', async () => {
    const { dataset } = await bundledSet('reviews');
    const changed = dataset.examples.filter(({ text }) => variantOf(text, 'synonyms', 0.1, { seed: 1, pass: 0, synonyms }) !== null);
    expect(changed.length / dataset.examples.length).toBeGreaterThan(0.85);
  });

  test('is refused when it is none', () => {
    expect(() => readSynonyms('<!doctype html>')).toThrow('Line 1 of the synonym table is not a word and its synonyms.');
    expect(() => readSynonyms('# licence\nfilm movie\nlonely')).toThrow('Line 3 of');
    expect(() => readSynonyms('# licence only')).toThrow('The synonym table is empty.');
  });
});

describe('the loader', () => {
  test('fetches the site’s table, as the plugin serves it, once', async () => {
    expect(await (await fetch(siteUrl + SYNONYM_FILE)).text()).toBe(table);
    const loader = new SynonymLoader(siteUrl);
    const [one, other] = await Promise.all([loader.get(), loader.get()]);
    expect(one.of('film')).toEqual(synonyms.of('film'));
    expect(other).toBe(one);
  });

  test('says what is wrong, and tries again when asked again', async () => {
    const answers = [{ status: 503, body: '' }, { status: 200, body: '<!doctype html>' }, { status: 200, body: table }];
    const flaky = createHttpServer((_, response) => {
      const { status, body } = answers.shift() ?? { status: 500, body: '' };
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve));
    const loader = new SynonymLoader(`http://127.0.0.1:${(flaky.address() as AddressInfo).port}/`);
    await expect(loader.get()).rejects.toMatchObject({ code: 'model-download', message: 'The table of synonyms could not be downloaded.' });
    await expect(loader.get()).rejects.toMatchObject({ code: 'model-corrupt', message: expect.stringContaining('Line 1 of the synonym table') as string });
    expect((await loader.get()).of('film')).toEqual(synonyms.of('film'));
    await new Promise((resolve) => flaky.close(resolve));
  });
});

describe('the preview service', () => {
  const request = { candidates: ['A great film, and not too long 😀', 'Bad.'], strength: 0.1, turn: 0, seed: 5 };

  test('tells what each kind makes of each text, as training will', async () => {
    const { shown } = await new AugmentService(new SynonymLoader(siteUrl)).preview({ ...request, kinds: TEXT_KINDS });
    expect(shown.map(({ text }) => text)).toEqual(request.candidates);
    expect(shown.map(({ changes }) => changes.map(({ kind }) => kind))).toEqual([TEXT_KINDS, TEXT_KINDS]);
    for (const { text, changes } of shown) {
      for (const { kind, parts } of changes) {
        const later = parts?.filter((part) => part.kind !== 'gone').map((part) => part.text).join('') ?? null;
        expect(later).toBe(variantOf(text, kind, 0.1, { seed: 5, pass: 0, synonyms }));
      }
    }
  });

  test('needs the table only for kinds that put synonyms in', async () => {
    const service = new AugmentService(new SynonymLoader(`${siteUrl}elsewhere/`));
    const { shown } = await service.preview({ ...request, kinds: ['swap', 'emoji'] });
    expect(shown[0]?.changes[1]?.parts).toEqual([{ kind: 'same', text: 'A great film, and not too long' }, { kind: 'gone', text: ' 😀' }]);
    expect(variantOf(request.candidates[0] as string, 'synonyms', 0.1, { seed: 5, pass: 0, synonyms: NO_SYNONYMS })).toBeNull();
    await expect(service.preview({ ...request, kinds: ['swap', 'insertion'] })).rejects.toMatchObject({ code: 'model-download' });
  });
});
