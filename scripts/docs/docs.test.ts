/** Documentation that a command writes (npm run docs) says what the stored results and the imports say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CaseResult } from '../../bench/compare.ts';
import type { ScalingResult } from '../../bench/scaling.ts';
import { pages, writePart } from './figures.ts';
import { fillParts, partNames } from './markers.ts';
import { benchmarkText, longRunText, speedupText } from './measured.ts';
import { epochsTable, type Report, runSummary, testTable } from './reports.ts';
import { drawRooms } from './rooms.ts';
import { sweepTable } from './sweep.ts';
import { fixed } from './table.ts';

const read = (path: string) => readFileSync(path, 'utf8');

describe.each(pages())('%s', page => {
  test.each(partNames(read(page)))('part %s is current; npm run docs writes it', name => {
    // One part at a time, so that a difference shows as that part's.
    const written = fillParts(read(page), other => (other === name ? writePart(name) : '…'));
    const stands = fillParts(read(page), other => (other === name ? partOf(read(page), name) : '…'));
    expect(stands).toBe(written);
  });

  test('markers pair up', () => {
    expect(fillParts(read(page), name => partOf(read(page), name))).toBe(read(page));
  });

  test('links to files of the project lead somewhere', () => {
    const targets = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(
      ([, target]) => target ?? '',
    );
    expect(targets.filter(target => !existsSync(join(dirname(page), target)))).toEqual([]);
  });
});

/** Files and folders in code spans, such as `store/opfs.ts` or `ui/report/`: from the root, from src/, or a folder anywhere in src/. */
const PATH = /`((?:[\w.-]+\/)+(?:[\w.-]+\.(?:tsx?|mjs|wgsl|json|md))?)`/g;
const NOT_KEPT = /^(dist|node_modules|out|\.cache)\//;

test.each(pages())('files that %s names exist', page => {
  const inSources = readdirSync('src', { recursive: true, encoding: 'utf8' }).map(
    path => `/${path.replaceAll('\\', '/')}`,
  );
  const named = [...read(page).matchAll(PATH)].map(([, path = '']) => path);
  const missing = named.filter(
    path =>
      !NOT_KEPT.test(path) &&
      !existsSync(path) &&
      !existsSync(join('src', path)) &&
      !(path.endsWith('/') && inSources.some(known => known.endsWith(`/${path.slice(0, -1)}`))),
  );
  expect(missing).toEqual([]);
});

function partOf(text: string, name: string): string {
  const begin = `<!-- begin:${name} -->`;
  const from = text.indexOf(begin) + begin.length;
  return text.slice(from, text.indexOf(`<!-- end:${name} -->`)).replace(/^\n|\n$/g, '');
}

test('every stored result is written into a page', () => {
  const files = readdirSync('docs/results', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.json'))
    .map(file => file.replaceAll('\\', '/').replace(/\.json$/, ''));
  const used = new Set(pages().flatMap(page => partNames(read(page)).map(name => name.split(':')[1])));
  expect(files.filter(file => !used.has(file))).toEqual([]);
});

describe('markers', () => {
  const fill = (text: string) => fillParts(text, name => name.toUpperCase());

  test('a part with lines of its own, and one within a line', () => {
    expect(fill('a\n<!-- begin:x -->\nold\n<!-- end:x -->\nb')).toBe('a\n<!-- begin:x -->\nX\n<!-- end:x -->\nb');
    expect(fill('a <!-- begin:x -->old<!-- end:x --> b')).toBe('a <!-- begin:x -->X<!-- end:x --> b');
    expect(fill('<!-- begin:x -->\n<!-- end:x -->')).toBe('<!-- begin:x -->\nX\n<!-- end:x -->');
  });

  test('twice filled is once filled; text without markers stays', () => {
    const text = 'a <!-- begin:x -->1<!-- end:x -->\n<!-- begin:y -->\n2\n<!-- end:y -->\n';
    expect(fill(fill(text))).toBe(fill(text));
    expect(fill('$& $1 plain')).toBe('$& $1 plain');
    expect(fillParts('a <!-- begin:x -->1<!-- end:x -->', () => '$&')).toContain('>$&<');
  });

  test.each([
    ['<!-- begin:x -->\nold', /begin:x .*no partner/],
    ['old <!-- end:x -->', /end:x .*no partner/],
    ['a <!-- begin:x -->1<!-- end:y -->', /begin:x is closed by end:y/],
    ['a <!-- begin:x --> <!-- begin:y -->1<!-- end:y --> <!-- end:x -->', /begin:x is closed by end:y/],
    ['<!-- begin:x -->1<!-- end:x --> and prose', /must not begin a line/],
    ['a <!-- begin:x -->\n1\n<!-- end:x -->', /alone on its line/],
  ])('%j is refused', (text, message) => {
    expect(() => fill(text)).toThrow(message);
  });

  test('several lines do not fit into prose', () => {
    expect(() => fillParts('a <!-- begin:x -->1<!-- end:x -->', () => 'a\nb')).toThrow(/lines of its own/);
  });

  test.each(['nothing-known', 'test', 'test:none-such', 'bench:../../package'])('part %s is refused', name => {
    expect(() => writePart(name)).toThrow();
  });
});

describe('tables', () => {
  test.each([
    [1234567.891, 1, '1,234,567.9'],
    [999.95, 1, '1,000.0'],
    [0, 0, '0'],
    [-0.5, 1, '−0.5'],
    [-0.00001, 4, '0.0000'],
    [12, 0, '12'],
  ])('%d with %d digits is %s', (value, digits, text) => {
    expect(fixed(value, digits)).toBe(text);
  });

  const scores = {
    ...{ meanDice: 0.85, medianDice: 0.9, minDice: 0.1, shareBelow08: 0.25, meanJaccard: 0.75 },
    ...{ meanThresholdedJaccard: 0.7, sensitivity: 0.8, specificity: 0.95, accuracy: 0.92, images: [{}, {}] },
  };
  const report: Report = {
    config: { size: 64, filters: 8, epochs: 3 },
    split: { train: Array(1835), validation: [{}], test: [{}, {}] },
    epochs: [
      {
        ...{ epoch: 1, learningRate: 0.0006, loss: 0.5, valLoss: 0.4, dice: 0.8, valDice: 0.81 },
        ...{ accuracy: 0.9, valAccuracy: 0.91, seconds: 1234.5 },
      },
    ],
    model: { parameters: 797979, bestEpoch: 1, valDice: 0.81 },
    test: scores,
  };

  test('a run', () => {
    expect(runSummary(report)).toBe(
      '797,979 parameters; 1,835 / 1 / 2 images; 1 of 3 epochs in 21 min; best validation Dice 0.8100 after epoch 1.',
    );
    expect(testTable(report)).toContain(
      '| test split, 2 images | at 64 × 64 |\n| --- | --- |\n| mean Dice | **0.8500** |',
    );
    expect(testTable(report)).toContain('| share of images under 0.8 | 25.0 % |');
    expect(testTable({ ...report, test: { ...scores, ownSize: { ...scores, meanDice: 0.84 } } })).toContain(
      '| mean Dice | **0.8500** | **0.8400** |',
    );
    expect(epochsTable(report)).toContain('| 1 | 6.0e-4 | 0.500 | 0.400 | 0.800 | 0.810 | 0.900 | 0.910 | 1,235 |');
    expect(() => epochsTable(report, [2])).toThrow(/no epoch 2/);
  });

  test('a report that lacks a score is an error, not a blank', () => {
    const { meanDice: _, ...rest } = scores;
    expect(() => testTable({ ...report, test: rest as typeof scores })).toThrow();
  });

  test('a comparison: mean, sample deviation and difference to the first', () => {
    const runs = [
      { sweep: 'seed=1; a=1', 'Test Dice': '0.7000' },
      { sweep: 'seed=2; a=1', 'Test Dice': '0.8000' },
      { sweep: 'seed = 1; a=2', 'Test Dice': '0.6000' },
      { sweep: 'seed = 2; a=2', 'Test Dice': '0.8000' },
    ];
    expect(sweepTable(runs, { 'a=1': 'nothing' }).split('\n').slice(2)).toEqual([
      '| nothing | 0.7000 / 0.8000 | 0.7500 | 0.0707 |  |',
      '| a=2 | 0.6000 / 0.8000 | 0.7000 | 0.1414 | −0.0500 |',
    ]);
    expect(() => sweepTable(runs, { 'a=3': 'gone' })).toThrow(/a=3/);
  });

  const ran = {
    date: '2026-11-26T01:02:03Z',
    browser: '156.0',
    adapter: { vendor: 'google', architecture: 'swiftshader' },
  };

  test('a benchmark: where it ran, and the command’s own table', () => {
    const point: ScalingResult = {
      ...{ size: 64, filters: 8, batch: 2, side: 'ours', threads: 0, stepMs: 500, gflop: 1, bytes: 2e6 },
    };
    const text = benchmarkText({ ...ran, scaling: [point] });
    expect(text).toMatch(/^Chromium 156\.0, google swiftshader, 2026-11-26\.\n\n\| size /);
    expect(text).toContain('| 64² | 8 | 2 | 500 ms | 250 ms | 1.00 | 2.00 | 2.0 MB |');
    expect(() => benchmarkText(ran)).toThrow(/no result/);
  });

  test('how many times faster, over the cases that had both sides', () => {
    const cases = [{ speedup: 16.53 }, { speedup: null }, { speedup: 11.9 }] as CaseResult[];
    expect(speedupText({ ...ran, cases })).toBe('12 to 17');
    expect(() => speedupText({ ...ran, cases: cases.slice(1, 2) })).toThrow(RangeError);
  });

  test('a long run: equal values are one number', () => {
    const sample = { gpuBuffers: 72, gpuBytes: 1_357_552 };
    expect(
      longRunText({
        samples: [
          { ...sample, heap: 18.48e6 },
          { ...sample, heap: 20.71e6 },
        ],
      }),
    ).toBe('72 GPU buffers of 1.36 MB in all, and a heap of 18.5 to 20.7 MB');
  });

  test('rooms: types dotted', () => {
    const arrows = [
      { from: 'a', to: 'b', typeOnly: false },
      { from: 'a', to: 'c', typeOnly: true },
      { from: 'a', to: 'd', typeOnly: false },
    ];
    expect(drawRooms(arrows)).toBe('```mermaid\nflowchart TD\n  a --> b & d\n  a -.-> c\n```');
  });
});
