import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NamedFile, pairFiles, roleOf } from './pairing.ts';

const file = (path: string, origin = ''): NamedFile => ({ path, origin });
const paths = (files: readonly NamedFile[]) => files.map(({ path }) => path);

describe('what a file is for', () => {
  test.each([
    ['Training_Input/ISIC_0000001.jpg', { role: 'image', id: 'ISIC_0000001' }],
    ['a/b/ISIC_1_SEGMENTATION.PNG', { role: 'mask', id: 'ISIC_1' }],
    ['x/masks/7.png', { role: 'mask', id: '7' }],
    ['x/Masks/7_segmentation.png', { role: 'mask', id: '7' }],
    ['x/images/7.JPEG', { role: 'image', id: '7' }],
    ['__MACOSX/x/ISIC_1.jpg', { role: 'skip' }],
    ['x/._ISIC_1.jpg', { role: 'skip' }],
    ['x/.DS_Store', { role: 'skip' }],
    ['x/ATTRIBUTION.txt', { role: 'skip' }],
    ['x/ISIC_1_superpixels.png', { role: 'skip' }],
    ['x/ISIC_1_attribute_pigment_network.png', { role: 'skip' }],
  ])('%s', (path, role) => expect(roleOf(path)).toEqual(role));

  test.each(['more.zip', 'a.tif', 'noending', 'x/ISIC_1_segmentation.jpg'])('%s is rejected', path =>
    expect(roleOf(path).role).toBe('reject'),
  );
});

test('pairs the ISIC layout and the folder layout, whatever the case', () => {
  const { pairs, rejected } = pairFiles([
    file('Input/ISIC_2.jpg', 'one.zip'),
    file('GroundTruth/isic_2_Segmentation.PNG', 'two.zip'),
    file('images/a.webp'),
    file('masks/A.png'),
  ]);
  expect(pairs.map(({ id, image, mask }) => [id, image.path, mask.path])).toEqual([
    ['ISIC_2', 'Input/ISIC_2.jpg', 'GroundTruth/isic_2_Segmentation.PNG'],
    ['a', 'images/a.webp', 'masks/A.png'],
  ]);
  expect(rejected).toEqual([]);
});

test('says which of two files with one id is used', () => {
  const { pairs, rejected } = pairFiles([file('b/X.jpg'), file('a/X.jpg'), file('m/X_segmentation.png')]);
  expect(paths(pairs.map(pair => pair.image))).toEqual(['a/X.jpg']);
  expect(rejected).toEqual([{ file: file('b/X.jpg'), reason: 'another image has the same id; a/X.jpg is used' }]);
});

test('names what is missing', () => {
  const { rejected } = pairFiles([file('X.jpg'), file('Y_segmentation.png')]);
  expect(rejected.map(({ reason }) => reason)).toEqual([
    'has no mask; X_segmentation.png or masks/X.png is needed',
    'has no image; Y.jpg or the like is needed',
  ]);
});

const segment = fc.oneof(
  fc.constantFrom('images', 'masks', 'Masks', '__MACOSX', 'Input', 'a', ''),
  fc.string({ maxLength: 4 }),
);
const stem = fc.oneof(fc.constantFrom('X', 'x', 'Y', 'é', 'Z_attribute_a', '._X'), fc.string({ maxLength: 3 }));
const suffix = fc.constantFrom('', '', '_segmentation', '_Segmentation', '_superpixels');
const ending = fc.constantFrom('.jpg', '.PNG', '.png', '.txt', '.zip', '.webp', '', '.bmp');
const anyPath = fc
  .tuple(fc.array(segment, { maxLength: 2 }), stem, suffix, ending)
  .map(([folders, name, tail, dot]) => [...folders, `${name}${tail}${dot}`].join('/'));
const anyFiles = fc
  .uniqueArray(fc.tuple(anyPath, fc.constantFrom('', 'a.zip', 'b.zip')), {
    selector: pair => pair.join('|'),
    maxLength: 30,
  })
  .map(list => list.map(([path, origin]) => file(path, origin)));

test('every file is in exactly one of pairs, rejected and skipped', () => {
  fc.assert(
    fc.property(anyFiles, files => {
      const { pairs, rejected, skipped } = pairFiles(files);
      const all = [...pairs.flatMap(({ image, mask }) => [image, mask]), ...rejected.map(r => r.file), ...skipped];
      expect(all).toHaveLength(files.length);
      expect(new Set(all)).toEqual(new Set(files));
    }),
    { numRuns: 300 },
  );
});

test('the order of the files does not matter', () => {
  fc.assert(
    fc.property(
      anyFiles.chain(files => fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length }))),
      ([files, shuffled]) => {
        const a = pairFiles(files);
        const b = pairFiles(shuffled);
        expect(b.pairs).toEqual(a.pairs);
        expect(b.rejected).toEqual(a.rejected);
        expect(new Set(b.skipped)).toEqual(new Set(a.skipped));
      },
    ),
    { numRuns: 200 },
  );
});

test('the case of names does not matter, and no two ids differ by case only', () => {
  const ascii = anyFiles.filter(files => files.every(({ path }) => /^[ -~]*$/.test(path)));
  fc.assert(
    fc.property(ascii, files => {
      const lower = files.map(({ path, origin }) => file(path.toLowerCase(), origin));
      const ids = pairFiles(files).pairs.map(({ id }) => id.toLowerCase());
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(pairFiles(lower).pairs.map(({ id }) => id))).toEqual(new Set(ids));
    }),
    { numRuns: 200 },
  );
});
