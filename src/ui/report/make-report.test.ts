import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { plainPreparation } from '../../protocol/preparation.ts';
import { defaultSettings } from '../../protocol/settings.ts';
import { createStudio } from '../../state/create-studio.ts';
import { noResults } from '../../state/inference/results.ts';
import { newRun } from '../../state/run/run-events.ts';
import type { Studio } from '../../state/studio.ts';
import { epochs } from '../../testing/gallery/made-up.ts';
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

/** A test that knows all that one can know. */
function analysed(): Studio {
  const state = tested();
  const { test } = state.results;
  if (!test) throw new Error('nothing tested');
  const images = [
    { ...score('b', 0), sensitivity: 0, precision: 0, areaError: -1 },
    ...Array.from({ length: 19 }, (_, i) => ({ ...score(`x${i}`, 0.5 + i / 100), precision: 0.2, areaError: 3 })),
  ];
  const result = {
    ...test.outcome.result,
    images,
    subgroups: [
      { by: 'touchesBorder', from: 1, to: 1, images: 3, meanDice: 0.1234, interval: [0.01, 0.2], few: true },
    ] as const,
    calibration: {
      ...{ bins: [{ from: 0.8, to: 0.9, pixels: 77, predicted: 0.85, lesion: 0.69 }], error: 0.0301 },
      ...{ temperature: 1.5, temperedError: 0.01, spearman: 0.63, failureAuroc: null },
      riskCoverage: [{ coverage: 0.8, meanDice: 0.9291 }],
    },
  };
  const outcome = { ...test.outcome, result: result as unknown as typeof test.outcome.result };
  const dataset = state.dataset && { ...state.dataset, skipped: 4, leftOut: ['left'] };
  return { ...state, dataset, results: { ...state.results, test: { ...test, outcome } } };
}
const plainText = (html: string) => html.replaceAll(/<style>.*?<\/style>/gs, '').replaceAll(/<[^>]+>/g, '|');

test('methods, data flow, subgroups, failures and calibration are told', async () => {
  const text = plainText((await (await makeReport(analysed()))?.blob.text()) ?? '');
  expect(text).toContain('3 pairs were divided into 1 training, 1 validation and 1 test images, drawn with seed 1.');
  expect(text).toMatch(/Passed over\|+4 files/);
  expect(text).toMatch(/Rejected\|+1 file,/);
  expect(text).toMatch(/Paired\|+4 pairs of image and mask/);
  expect(text).toMatch(/Left out by hand\|+1 pair\|/);
  expect(text).toMatch(/Lesion touches the image’s border\|+3, few\|+0\.1234\|+0\.0100 to 0\.2000/);
  // Two of twenty are the lowest tenth.
  expect(text).toContain('The lowest tenth by Dice (2 images)');
  expect(text).toMatch(/missed: 1\|+Nothing was marked\|+b \(0\.000\)/);
  expect(text).toMatch(/too large: 1\|+More added than missed\|+x0 \(0\.500\)/);
  expect(text).toMatch(/Expected calibration error of the pixels\|+0\.0301/);
  expect(text).toMatch(/Mean Dice of the surest 80 %\|+0\.9291/);
  expect(text).toMatch(/0\.8 to 0\.9\|+77\|+0\.850\|+0\.690/);
});

test('what a run began with is told', async () => {
  const { dataset, currentSplit: split, settings, ...state } = tested();
  if (!dataset || !split) throw new Error('no data');
  const run = (startedFrom?: string) => ({
    ...newRun({ runId: 'r', settings, dataset, split, ...(startedFrom && { startedFrom }) }, null),
    ...{ epochs: epochs(2), bestEpoch: 2 },
  });
  const textOf = async (startedFrom?: string) => {
    const told = { ...state, dataset, currentSplit: split, settings, results: noResults, run: run(startedFrom) };
    return (await (await makeReport(told))?.blob.text()) ?? '';
  };
  expect(await textOf()).toContain('from weights drawn by seed 1; the weights of epoch 2');
  expect(await textOf('older.zip')).toContain('from the weights of older.zip, with seed 1;');
});

test('the checklist names only headings that the report has', async () => {
  for (const state of [tested(), analysed(), { ...tested(), results: noResults }]) {
    const html = (await (await makeReport(state))?.blob.text()) ?? '';
    const headings = [...html.matchAll(/<h[23][^>]*>([^<]*)</g)].map(([, name]) => name);
    const named = [...plainText(html).matchAll(/\|In ([^.]+)\./g)].flatMap(([, names]) => names?.split(', ') ?? []);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(name => !headings.includes(name))).toEqual([]);
  }
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
