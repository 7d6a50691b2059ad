import { expect, test } from 'vitest';
import type { DatasetSummary } from '../protocol/dataset.ts';
import { pairsCsv } from './pairs-csv.ts';

const dataset: DatasetSummary = {
  ...{ cacheId: 'c', hash: 'h', size: 32, framing: 'squeeze', constancy: false },
  ...{ ids: ['a/0', '=1+1', 'z'], groups: [0, 1, 2], rejected: [], skipped: 0, bytes: 0, source: 'a.zip' },
  sides: [
    [10, 20],
    [256, 256],
    [8, 8],
  ],
  imagePaths: ['a/images/0.jpg', '=1+1.jpg', 'an "odd", name.jpg'],
  maskPaths: ['a/masks/0.png', '=1+1_mask.png', 'z.png'],
  lesionShares: [0.123456, 1, 0],
  meanGreys: [127.5, 0.00004, 255],
  notices: ['', 'full mask', 'empty mask'],
};

test('a line per pair, with fields that a spreadsheet does not compute', () => {
  const split = { seed: 1, ratios: { train: 1, validation: 1, test: 1 }, train: [1], validation: [], test: [0] };
  expect(pairsCsv(dataset, { ...dataset, ids: ['a/0', '=1+1'], leftOut: ['z'] }, split)).toBe(
    [
      'id,image_path,mask_path,width,height,lesion_share,mean_grey,part,notice',
      '"a/0","a/images/0.jpg","a/masks/0.png",10,20,0.1235,127.5000,test,""',
      `"'=1+1","'=1+1.jpg","'=1+1_mask.png",256,256,1.0000,0.0000,train,"full mask"`,
      '"z","an ""odd"", name.jpg","z.png",8,8,0.0000,255.0000,left out,"empty mask"',
      '',
    ].join('\r\n'),
  );
});

test('for spreadsheets of other languages: a byte-order mark, decimal commas, and semicolons between', () => {
  const [head, first] = pairsCsv(dataset, dataset, null, { mark: true, decimal: ',' })?.split('\r\n') ?? [];
  expect(head).toBe('\uFEFFid;image_path;mask_path;width;height;lesion_share;mean_grey;part;notice');
  expect(first).toBe('"a/0";"a/images/0.jpg";"a/masks/0.png";10;20;0,1235;127,5000;;""');
});

test('a data set of an older version of the page has none', () => {
  const { imagePaths: _, ...older } = dataset;
  expect(pairsCsv(older, older, null)).toBeNull();
});
