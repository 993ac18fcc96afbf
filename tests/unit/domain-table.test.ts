import { describe, expect, test } from 'vitest';
import { METHODS, type Method } from '../../src/core/configurations.ts';
import { byRule, checkTableRequest, entryKey, tableKey, tableKeyPrefix, type DomainTable, type TableCell, type TableRequest } from '../../src/core/domain-table.ts';
import { canLeaveOneOut, tableWaves, trainingsIn } from '../../src/core/domain-table-plan.ts';
import { splitWithoutPair, surveyDomains, type TableSurvey } from '../../src/core/domain-table-survey.ts';
import { bestInWords, choiceInWords, durationInWords } from '../../src/core/domain-table-words.ts';
import { ruleProblem, tableRows } from '../../src/core/domain-table-summary.ts';
import { distinct, textKey, type Dataset, type Example } from '../../src/core/examples.ts';
import { splitDataset } from '../../src/core/splits.ts';
import { EXPORT_FORMATS, exportTable } from '../../src/core/table-export.ts';

const HIDDEN = { kind: 'hidden', width: 8 } as const;
const REQUEST: TableRequest = { head: HIDDEN, steps: 30, seeds: 2, methods: METHODS, leaveOneOut: true };

function survey(dataset: Dataset): TableSurvey {
  const steps = surveyDomains(dataset);
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}

function datasetOf(examples: readonly Example[]): Dataset {
  return { id: 'made up', name: 'made up', examples, labels: distinct(examples.map(({ label }) => label)), domains: distinct(examples.map(({ domain }) => domain)), groups: [], hasDomains: true };
}

/** Ten examples of each label and domain. */
function plainExamples(domains: readonly string[], labels: readonly string[] = ['good', 'bad']): Example[] {
  return domains.flatMap((domain) => labels.flatMap((label) => Array.from({ length: 10 }, (_, i) => ({ text: `${label} ${i} in ${domain}`, label, domain }))));
}

describe('leaving out two domains', () => {
  const shared: Example[] = [
    { text: 'Told in a and b', label: 'good', domain: 'a' },
    { text: 'told in A and  b', label: 'good', domain: 'b' },
    { text: 'told in b and c', label: 'bad', domain: 'b' },
    { text: 'told in b and c', label: 'bad', domain: 'c' },
  ];
  const dataset = datasetOf([...plainExamples(['a', 'b', 'c', 'd']), ...shared]);
  const keysOf = (rows: Iterable<number>): Set<string> => new Set([...rows].map((row) => textKey(dataset.examples[row]?.text ?? '')));

  test('trains on the others only, without any text of the two', () => {
    const { train } = splitWithoutPair(dataset, 'a', 'b', 3);
    const rows = train.flatMap((part) => [...part]);
    expect(distinct(rows.map((row) => dataset.examples[row]?.domain ?? ''))).toEqual(['c', 'd']);
    expect(keysOf(rows)).not.toContain('told in b and c');
  });

  test('validates on each of the two, without texts of the other, which may be sealed there', () => {
    const { first, second } = splitWithoutPair(dataset, 'a', 'b', 3);
    expect([...first].every((row) => dataset.examples[row]?.domain === 'a')).toBe(true);
    expect([...second].every((row) => dataset.examples[row]?.domain === 'b')).toBe(true);
    expect([first.length, second.length]).toEqual([20, 21]);
    const sealed = keysOf(splitDataset(dataset, 'a', 3).sealed);
    for (const key of keysOf(second)) expect(sealed).not.toContain(key);
  });

  test('is the same in either order', () => {
    const there = splitWithoutPair(dataset, 'a', 'b', 3);
    const back = splitWithoutPair(dataset, 'b', 'a', 3);
    expect(back.train).toEqual(there.train);
    expect([back.first, back.second]).toEqual([there.second, there.first]);
  });

  test('says which two when nothing can be trained', () => {
    const lopsided = datasetOf([...plainExamples(['a', 'b']), ...plainExamples(['c'], ['good'])]);
    expect(() => splitWithoutPair(lopsided, 'a', 'b', 1)).toThrow('With “a” and “b” held out there would be fewer than two labels');
  });
});

describe('a survey', () => {
  test('of four domains finds all of them and all pairs', () => {
    const found = survey(datasetOf(plainExamples(['a', 'b', 'c', 'd'])));
    expect(found.domains.map(({ name, problem, leaveOneOutProblem }) => [name, problem, leaveOneOutProblem])).toEqual(['a', 'b', 'c', 'd'].map((name) => [name, null, null]));
    expect(found.trainDomains).toEqual([3, 3, 3, 3]);
    expect(found.pairs.map(({ a, b, trainDomains }) => [a, b, trainDomains])).toEqual([[0, 1, 2], [0, 2, 2], [0, 3, 2], [1, 2, 2], [1, 3, 2], [2, 3, 2]]);
  });

  test('of two domains, or one, says that leave-one-domain-out validation needs three', () => {
    expect(survey(datasetOf(plainExamples(['a', 'b']))).leaveOneOutProblem).toMatch(/needs three or more, and there are two/u);
    expect(survey({ ...datasetOf(plainExamples(['a'])), hasDomains: false }).leaveOneOutProblem).toMatch(/and there is one/u);
  });

  test('says why a domain cannot be held out, or not chosen for', () => {
    const found = survey(datasetOf([...plainExamples(['a', 'b']), ...plainExamples(['c'], ['good']), { text: 'alone', label: 'good', domain: 'd' }]));
    expect(found.domains[3]?.problem).toMatch(/“d” is too small/u);
    expect(found.domains[0]?.leaveOneOutProblem).toMatch(/“a” and “b” held out there would be fewer than two labels/u);
    expect(found.domains[2]?.leaveOneOutProblem).toBeNull();
  });

  test('refuses more domains than can be trained in a day', () => {
    expect(() => survey(datasetOf(plainExamples(Array.from({ length: 25 }, (_, d) => `domain ${d}`))))).toThrow(/25 domains/u);
  });
});

describe('the waves of a table', () => {
  const four = survey(datasetOf(plainExamples(['a', 'b', 'c', 'd'])));

  test('train each domain and each pair once a seed: D + D(D − 1)/2', () => {
    const waves = tableWaves(four, REQUEST);
    expect(waves).toHaveLength(2 * (4 + 6));
    expect(trainingsIn(waves)).toBe(2 * 10 * 7 * 8);
    expect(new Set(waves.map(({ domains, seed }) => JSON.stringify([[...domains].sort(), seed]))).size).toBe(waves.length);
  });

  test('finish the pairs of a domain before it is held out alone', () => {
    const waves = tableWaves(four, REQUEST);
    waves.forEach(({ domains: [own, other], seed }, at) => {
      if (other === undefined) expect(waves.slice(0, at).filter((wave) => wave.seed === seed && wave.domains.length === 2 && wave.domains.includes(own as never))).toHaveLength(3);
    });
  });

  test('leave out pairs that are not wanted, and methods that cannot be trained', () => {
    expect(tableWaves(four, { ...REQUEST, leaveOneOut: false })).toHaveLength(2 * 4);
    expect(tableWaves(four, { ...REQUEST, head: { kind: 'linear' } })[0]?.methods).toEqual(['erm', 'ermMixup', 'groupDro', 'vrex', 'irm']);
    const three = survey(datasetOf(plainExamples(['a', 'b', 'c'])));
    const waves = tableWaves(three, REQUEST);
    expect(waves.filter(({ domains }) => domains.length === 2)[0]?.methods).toEqual(['erm', 'ermMixup']);
    expect(waves.filter(({ domains }) => domains.length === 1)[0]?.methods).toEqual(METHODS);
    expect(METHODS.filter((method) => canLeaveOneOut(three, REQUEST, 0, method))).toEqual(['erm', 'ermMixup']);
  });
});

test.each<[Partial<TableRequest>, RegExp]>([
  [{ seeds: 0 }, /1 to 10/u],
  [{ seeds: 1.5 }, /1 to 10/u],
  [{ methods: [] }, /at least one/u],
  [{ methods: ['other' as Method] }, /no such/u],
  [{ steps: 0 }, /Steps/u],
  [{ steps: 6000 }, /5,000/u],
  [{ head: { kind: 'hidden', width: 0 } }, /1,024/u],
])('a request with %o is refused', (changed, message) => {
  expect(() => checkTableRequest({ ...REQUEST, ...changed })).toThrow(message);
});

test('all keys of a data set share its prefix, and no other’s do', () => {
  const keys = (id: string): string[] => [tableKey(id), entryKey(id, 'hash', REQUEST, ['a'], 1, 'erm'), entryKey(id, 'hash', REQUEST, ['a', 'b'], 1, 'erm')];
  for (const key of keys('x')) expect(key.startsWith(tableKeyPrefix('x'))).toBe(true);
  for (const key of [...keys('xy'), ...keys('x",')]) expect(key.startsWith(tableKeyPrefix('x'))).toBe(false);
  expect(new Set([...keys('x'), entryKey('x', 'hash', { ...REQUEST, steps: 31 }, ['a'], 1, 'erm'), entryKey('x', 'hash', { ...REQUEST, head: { kind: 'linear' } }, ['a'], 1, 'erm'), entryKey('x', 'other', REQUEST, ['a'], 1, 'erm')]).size).toBe(6);
});

/** A table of two methods on two domains whose names need escaping. */
function madeUpTable(): DomainTable {
  const names = ['R&D, 50% "off"', 'c_1 | x'];
  const cell = (heldOut: string, seed: number, method: Method, correct: number): TableCell => ({
    heldOut,
    seed,
    method,
    scores: byRule((rule) => (rule === 'leaveOneOut' ? null : { correct, choice: { configuration: 0, checkpoint: 0, accuracy: 0.5 } })),
  });
  const cells = [1, 2].flatMap((seed) => [cell(names[0] as string, seed, 'erm', 10 * seed + 10), cell(names[1] as string, seed, 'erm', 30), cell(names[0] as string, seed, 'ermMixup', 40)]);
  const problem = 'needs three or more';
  return {
    datasetId: 'x',
    datasetName: 'A & B',
    request: { ...REQUEST, methods: ['erm', 'ermMixup'] },
    domains: names.map((name) => ({ name, watched: 40, sealed: 40, problem: null, leaveOneOutProblem: problem })),
    cells,
    best: byRule(() => ['ermMixup', null, null]),
  };
}

describe('the rows of a table', () => {
  test('are mean and standard error over seeds, by domain and averaged within each seed', () => {
    const [erm, mixup] = tableRows(madeUpTable(), 'training');
    expect(erm?.domains[0]?.mean).toBeCloseTo(0.625, 12);
    // 0.5 and 0.75: standard deviation 0.1768 over √2.
    expect(erm?.domains[0]?.standardError).toBeCloseTo(0.125, 12);
    expect(erm?.domains[1]).toMatchObject({ mean: 0.75, standardError: 0, seeds: 2, best: false });
    expect(erm?.average?.mean).toBeCloseTo((0.625 + 0.75) / 2, 12);
    expect(erm?.average?.standardError).toBeCloseTo(0.0625, 12);
    expect(mixup).toMatchObject({ average: null, problem: null });
    expect(mixup?.domains).toMatchObject([{ mean: 1, best: true }, null]);
  });

  test('say why a rule or a method has none', () => {
    const table = madeUpTable();
    expect(ruleProblem(table, 'leaveOneOut')).toBe('needs three or more');
    expect(ruleProblem(table, 'oracle')).toBeNull();
    const three = { ...table, domains: [...table.domains, ...table.domains.slice(0, 1)].map((domain) => ({ ...domain, leaveOneOutProblem: null })) };
    expect(ruleProblem({ ...three, request: { ...REQUEST, leaveOneOut: false } }, 'leaveOneOut')).toMatch(/not asked for/u);
    const rows = tableRows({ ...three, request: REQUEST }, 'leaveOneOut');
    expect(rows.filter(({ problem }) => problem !== null).map(({ method }) => method)).toEqual(['groupDro', 'vrex', 'irm', 'coral', 'dann']);
    expect(rows[2]?.problem).toMatch(/four domains/u);
  });
});

describe('an exported table', () => {
  test('in CSV has one line a figure, and quotes what needs it', () => {
    const lines = exportTable(madeUpTable(), 'CSV').split('\r\n');
    expect(lines[0]).toBe('selection,objective,held-out domain,sealed rows,seeds,mean accuracy %,standard error %,best');
    expect(lines[1]).toBe('Training-domain validation,ERM,"R&D, 50% ""off""",40,2,62.5,12.5,');
    expect(lines).toContain('Training-domain validation,ERM + mixup,"R&D, 50% ""off""",40,2,100,0,yes');
    expect(lines).toHaveLength(1 + 2 * 4 + 1);
  });

  test('in Markdown escapes bars and marks, and prints the best bold', () => {
    const text = exportTable(madeUpTable(), 'Markdown');
    expect(text).toContain('| Objective | R&D, 50% "off" (n = 40) | c\\_1 \\| x (n = 40) | Average |');
    expect(text).toContain('| ERM + mixup | **100.0 ± 0.0** | – | – |');
    expect(text).not.toContain('Leave-one-domain-out validation');
  });

  test('in LaTeX escapes what TeX reads as commands', () => {
    const text = exportTable(madeUpTable(), 'LaTeX');
    expect(text).toContain(String.raw`Objective & R\&D, 50\% "off" ($n = 40$) & c\_1 \textbar{} x ($n = 40$) & Average \\`);
    expect(text).toContain(String.raw`ERM & 62.5 $\pm$ 12.5 & 75.0 $\pm$ 0.0 & 68.8 $\pm$ 6.3 \\`);
    expect(text).toContain(String.raw`\textbf{100.0 $\pm$ 0.0} & -- & -- \\`);
    expect(text.match(/\\begin\{table\}/gu)).toHaveLength(2);
    const table = madeUpTable();
    const nasty = exportTable({ ...table, datasetName: String.raw`\x{~^} #$` }, 'LaTeX');
    expect(nasty).toContain(String.raw`\textbackslash{}x\{\textasciitilde{}\textasciicircum{}\} \#\$`);
  });
});

test('a table of one domain is exported without an average', () => {
  const table = madeUpTable();
  const one = { ...table, domains: table.domains.slice(0, 1) };
  for (const format of EXPORT_FORMATS) expect(exportTable(one, format)).not.toMatch(/average/iu);
  expect(exportTable(one, 'LaTeX')).toContain(String.raw`\begin{tabular}{lr}`);
});

describe('in words', () => {
  test.each([
    [0.2, 'about 1 s'],
    [99, 'about 99 s'],
    [150, 'about 3 min'],
    [7500, 'about 2 h 5 min'],
  ])('%d seconds are “%s”', (seconds, words) => {
    expect(durationInWords(seconds)).toBe(words);
  });

  test('the best method is named only where one is, and else it is said why not', () => {
    const table = madeUpTable();
    const five = { ...table, request: { ...table.request, seeds: 5 } };
    expect(bestInWords(table, 'training')).toMatch(/fewer than 3 seeds/u);
    expect(bestInWords({ ...five, best: null }, 'training')).toMatch(/when all cells are there/u);
    expect(bestInWords(five, 'training')).toMatch(/^No objective is better/u);
    expect(bestInWords({ ...five, best: byRule(() => [null, null, 'ermMixup' as const]) }, 'oracle')).toMatch(/^ERM \+ mixup is better/u);
    expect(bestInWords({ ...five, request: { ...five.request, methods: ['erm'] } }, 'oracle')).toMatch(/nothing to compare/u);
  });

  test('a choice names the configuration and the step', () => {
    const [cell] = madeUpTable().cells;
    if (!cell) throw new Error('The table has no cell.');
    expect(choiceInWords(cell, 'training', 300)).toEqual({ configuration: 'defaults: learning rate 0.01, batch size 32, no dropout, no L2', step: '30' });
    expect(choiceInWords({ ...cell, method: 'irm' }, 'oracle', 300)?.configuration).toMatch(/IRMv1 weight λ 100$/u);
    expect(choiceInWords(cell, 'leaveOneOut', 300)).toBeNull();
  });
});
