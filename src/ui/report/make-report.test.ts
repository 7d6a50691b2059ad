import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { plainPreparation } from '../../protocol/preparation.ts';
import { defaultSettings } from '../../protocol/settings.ts';
import { createStudio } from '../../state/create-studio.ts';
import { noResults } from '../../state/inference/results.ts';
import type { Studio } from '../../state/studio.ts';
import { chosen, makeReport } from './make-report.tsx';

const HOSTILE = '<img src=x onerror="alert(1)">&\'</style></title><script>alert(2)</script>';
const size = 16;
const score = (id: string, dice: number) => ({
  ...{ id, dice, jaccard: dice / (2 - dice) },
  ...{ sensitivity: 0.5, specificity: 0.75, accuracy: 0.625 },
});
const noWorkers = { ingest: () => Promise.reject(new Error()), training: () => Promise.reject(new Error()) } as never;

function tested(): Studio {
  const ids = [HOSTILE, 'b', 'c'];
  const dataset = {
    ...{
      cacheId: 'x',
      hash: 'abc',
      size,
      ...plainPreparation,
      ids,
      groups: [0, 1, 2],
      skipped: 0,
      bytes: 1,
      source: HOSTILE,
    },
    rejected: [{ file: HOSTILE, reason: HOSTILE }],
  };
  const split = {
    ...{ seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 } },
    ...{ train: [1], validation: [2], test: [0] },
  };
  const result = {
    ...{ threshold: 0.5, meanDice: 0.4321, medianDice: 0.4, minDice: 0.1, shareBelow08: 1, meanJaccard: 0.3 },
    ...{ meanThresholdedJaccard: 0.2, sensitivity: 0.5, specificity: 0.75, accuracy: 0.625 },
    images: [score(HOSTILE, 0.4321)],
  };
  const studio = createStudio({ starters: noWorkers });
  return {
    ...studio.getState(),
    settings: { ...defaultSettings, size },
    dataset,
    currentSplit: split,
    results: {
      ...noResults,
      test: {
        ...{ of: { model: 'm', dataset: 'abc' }, split },
        outcome: { result, levels: new Uint32Array(), validation: null, all: false },
      },
    },
    picture: Object.assign(
      async (id: string) => ({
        id,
        size,
        image: Uint8Array.from({ length: size * size * 3 }, (_, i) => i % 251),
        truth: Uint8Array.from({ length: size * size }, (_, i) => i % 2),
        prediction: Uint8Array.from({ length: size * size }, (_, i) => Number(i % 3 === 0)),
      }),
      { refusal: () => null },
    ),
  };
}

test('names from an archive are text, wherever the report has them', async () => {
  const text = (await (await makeReport(tested()))?.blob.text()) ?? '';
  expect(text).not.toContain('<script');
  expect(text).not.toContain('<img src=x');
  expect(text).not.toContain('onerror="');
  expect(text.match(/<\/style>/g)).toHaveLength(1);
  // Source, rejected file and reason, the picture's words, the table and the list.
  expect(text.split('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;').length).toBeGreaterThanOrEqual(6);
});

test('the report asks for nothing and holds the pictures to the byte', async () => {
  const state = tested();
  const text = (await (await makeReport(state))?.blob.text()) ?? '';
  expect(text).toContain('default-src &#x27;none&#x27;; style-src &#x27;unsafe-inline&#x27;; img-src data:');
  expect(
    [...text.matchAll(/(?:src|href)="([^"]*)"/g)].every(([, to]) => to?.startsWith('data:image/png;base64,')),
  ).toBe(true);
  const pictures = [...text.matchAll(/src="data:image\/png;base64,([^"]*)"/g)].map(([, data]) =>
    decode(Buffer.from(data ?? '', 'base64')),
  );
  const triptych = await state.picture(HOSTILE);
  expect(pictures.map(({ width, height }) => [width, height])).toEqual([0, 1, 2].map(() => [size, size]));
  expect([...(pictures[0]?.data ?? [])]).toEqual([...(triptych?.image ?? [])]);
  expect([...(pictures[2]?.data ?? [])]).toEqual([...(triptych?.prediction ?? [])].map(value => value * 255));
  expect(text).toContain('0.4321');
});

test('what was done to predictions, and the file that a split came from, are told', async () => {
  const state = tested();
  const { results, currentSplit } = state;
  const { test } = results;
  if (!test || !currentSplit) throw new Error('nothing tested');
  const { outcome } = test;
  const inference = { views: true, largest: false, holes: true };
  const report = await makeReport({
    ...state,
    results: {
      ...results,
      test: {
        ...test,
        outcome: { ...outcome, result: { ...outcome.result, inference } },
        split: { ...currentSplit, file: 'mine.json' },
      },
    },
  });
  const text = (await report?.blob.text()) ?? '';
  expect(text).toContain('Refined: mean of eight views, fill holes.');
  expect(text).toContain('(as in mine.json)');
  expect(text).not.toContain('seed 1)');
});

test('without anything loaded there is nothing to report', async () => {
  expect(await makeReport(createStudio({ starters: noWorkers }).getState())).toBeNull();
});

test('lowest, middle and best images are chosen, each once', () => {
  const ids = (n: number) => Array.from({ length: n }, (_, i) => String(i));
  expect(chosen(ids(100))).toEqual(['0', '1', '2', '3', '49', '50', '98', '99']);
  for (let n = 0; n < 30; n++) {
    const some = chosen(ids(n));
    expect(new Set(some).size).toBe(some.length);
    expect(some.length).toBe(Math.min(n, 8));
    expect([...some].sort((a, b) => Number(a) - Number(b))).toEqual(some);
  }
});
