import fc from 'fast-check';
import { expect, test } from 'vitest';
import { summarise } from '../metrics/summary.ts';
import { scoresCsv } from './scores-csv.ts';

const scores = { dice: 0.9, jaccard: 0.9 / 1.1, sensitivity: 0.8, specificity: 1, accuracy: 0.95 };
const result = (ids: string[]) => {
  const images = ids.map((id, i) => ({ id, ...scores, dice: 1 / (i + 3) }));
  return { threshold: 0.5, ...summarise(images), images };
};

/** The fields of a CSV file, by the grammar of RFC 4180. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    row.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : (match[2] ?? ''));
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  expect(rows.flat().length).toBe(rows.length * 24);
  return rows;
}

test('a line per image, with the numbers in full', () => {
  const { images } = result(['ISIC_1', 'ISIC_2']);
  const [head, ...lines] = parse(scoresCsv(result(['ISIC_1', 'ISIC_2'])));
  expect(head).toEqual([
    ...['id', 'threshold', 'dice', 'jaccard', 'thresholded_jaccard', 'sensitivity', 'specificity', 'accuracy'],
    ...[
      'precision',
      'area_error',
      'surface_dice',
      'hausdorff95',
      'average_surface_distance',
      'surface_dice_mm',
      'hausdorff95_mm',
      'average_surface_distance_mm',
      'boundary_iou',
    ],
    ...['confidence', 'predicted_dice', 'pieces', 'distance', 'lesion_share', 'contrast', 'touches_border'],
  ]);
  expect(lines.map(([id, , dice]) => [id, Number(dice)])).toEqual(images.map(({ id, dice }) => [id, dice]));
});

test('what an image has no value of is an empty field', () => {
  const { images, ...rest } = result(['ISIC_1', 'ISIC_2']);
  const known = images.map((image, i) =>
    i === 0 ? { ...image, hausdorff95: 7.25, areaError: -0.5, touchesBorder: false } : image,
  );
  const [head, first, second] = parse(scoresCsv({ ...rest, images: known }));
  const at = (name: string) => head?.indexOf(name) ?? -1;
  expect([first?.[at('hausdorff95')], first?.[at('area_error')], first?.[at('surface_dice')]]).toEqual([
    '7.25',
    '-0.5',
    '',
  ]);
  expect(second?.slice(at('precision'))).toEqual(Array(16).fill(''));
});

test('any name comes back as it was, or behind an apostrophe where a spreadsheet would compute it', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, unit: 'binary' }), { minLength: 1, maxLength: 4 }), ids => {
      const read = parse(scoresCsv(result(ids)))
        .slice(1)
        .map(([id]) => id ?? '');
      expect(read.map((id, i) => (id === ids[i] ? id : id.replace(/^'/, '')))).toEqual(ids);
      for (const id of read) expect(id).not.toMatch(/^\s*[=+\-@\t\r\n]/);
    }),
  );
  for (const id of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =cmd|x'])
    expect(parse(scoresCsv(result([id])))[1]?.[0]).toBe(`'${id}`);
});

test('for spreadsheets: a byte-order mark, and figures with the sign of the place', () => {
  const scored = result(['Läsion', 'a;b']);
  const plain = scoresCsv(scored);
  expect(plain.startsWith('id,threshold,')).toBe(true);
  expect(scoresCsv(scored, false, { mark: true, decimal: '.' })).toBe(`\uFEFF${plain}`);
  const [head, first, second] = scoresCsv(scored, true, { mark: true, decimal: ',' }).split('\r\n');
  expect(head?.startsWith('\uFEFFid;threshold;dice;')).toBe(true);
  expect(first?.split(';').slice(0, 3)).toEqual(['"Läsion"', '0,5', String(1 / 3).replace('.', ',')]);
  expect(second?.startsWith('"a;b";0,5;0,25;')).toBe(true);
  expect(first?.endsWith(';unknown')).toBe(true);
});
