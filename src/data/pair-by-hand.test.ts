import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isForFiles, pairByHand, pictureFolders } from './pair-by-hand.ts';
import type { NamedFile } from './pairs.ts';

const file = (path: string, origin = 'a.zip'): NamedFile => ({ path, origin });
const named = (pairs: readonly { id: string; image: NamedFile; mask: NamedFile }[]) =>
  pairs.map(({ id, image, mask }) => [id, image.path, mask.path]);

test('folders are listed with their pictures only, hidden ones not', () => {
  const files = ['s/2.jpg', 's/1.jpg', 's/0.jpg', 's/3.jpg', 'o/1.png', 's/notes.txt', '.trash/1.jpg', 'top.png'];
  expect(pictureFolders(files.map(path => file(path)))).toEqual([
    { name: 'a.zip › .', count: 1, examples: ['top.png'] },
    { name: 'a.zip › o', count: 1, examples: ['1.png'] },
    { name: 'a.zip › s', count: 4, examples: ['0.jpg', '1.jpg', '2.jpg'] },
  ]);
});

test('folders whose names say nothing pair as the person says', () => {
  const files = [
    'scans/p1.jpg',
    'scans/P2.jpg',
    'scans/p3.jpg',
    'drawn/p1 by AB.png',
    'drawn/p2 by AB.png',
    'x/p3.png',
  ];
  const choice = { images: ['a.zip › scans'], masks: ['a.zip › drawn'], remove: ['by ab'] };
  const found = pairByHand(
    files.map(path => file(path)),
    choice,
  );
  expect(named(found.pairs)).toEqual([
    ['P2', 'scans/P2.jpg', 'drawn/p2 by AB.png'],
    ['p1', 'scans/p1.jpg', 'drawn/p1 by AB.png'],
  ]);
  expect(found.rejected.map(({ file, reason }) => [file.path, reason])).toEqual([
    ['scans/p3.jpg', 'has no mask of the name p3 in the chosen folders'],
  ]);
  expect(found.skipped.map(({ path }) => path)).toEqual(['x/p3.png']);
});

test('in a folder of both, masks are those whose name had something removed', () => {
  const files = ['all/1.jpg', 'all/1-outline.png', 'all/2.jpg', 'all/2-outline.png'];
  const choice = { images: ['a.zip › all'], masks: ['a.zip › all'], remove: ['-outline'] };
  expect(
    named(
      pairByHand(
        files.map(path => file(path)),
        choice,
      ).pairs,
    ),
  ).toEqual([
    ['1', 'all/1.jpg', 'all/1-outline.png'],
    ['2', 'all/2.jpg', 'all/2-outline.png'],
  ]);
});

test('equal names are matched within their own parent folder, and never across', () => {
  const files = ['A/s/0.jpg', 'A/d/0.png', 'B/s/0.jpg', 'B/d/0.png', 'C/s/0.jpg'];
  const folders = (kind: string, ...parents: string[]) => parents.map(parent => `a.zip › ${parent}/${kind}`);
  const choice = { images: folders('s', 'A', 'B', 'C'), masks: folders('d', 'A', 'B'), remove: [] };
  const found = pairByHand(
    files.map(path => file(path)),
    choice,
  );
  expect(named(found.pairs)).toEqual([
    ['a.zip/A/s/0', 'A/s/0.jpg', 'A/d/0.png'],
    ['a.zip/B/s/0', 'B/s/0.jpg', 'B/d/0.png'],
  ]);
  expect(found.rejected.map(({ file, reason }) => [file.path, reason])).toEqual([
    ['C/s/0.jpg', 'cannot be told apart: 3 images and 2 masks have the name 0'],
  ]);
});

test('every file is used, told or passed over, once; no file is in two pairs', () => {
  const path = fc
    .tuple(
      fc.constantFrom('a/', 'b/', 'c/a/', 'c/b/', ''),
      fc.constantFrom('0', '1', '1_x', 'x'),
      fc.constantFrom('.jpg', '.png', '.txt'),
    )
    .map(parts => parts.join(''));
  const folder = fc.constantFrom('a.zip › a', 'a.zip › b', 'a.zip › c/a', 'a.zip › c/b', 'a.zip › .');
  fc.assert(
    fc.property(fc.uniqueArray(path), fc.uniqueArray(folder), fc.uniqueArray(folder), (paths, images, masks) => {
      const files = paths.map(each => file(each));
      const found = pairByHand(files, { images, masks, remove: ['_x'] });
      const all = [
        ...found.pairs.flatMap(({ image, mask }) => [image, mask]),
        ...found.rejected.map(({ file }) => file),
        ...found.skipped,
      ];
      expect(all.map(({ path }) => path).sort()).toEqual([...paths].sort());
      expect(new Set(found.pairs.map(({ id }) => id)).size).toBe(found.pairs.length);
    }),
  );
});

test('a choice is for files that have all its folders', () => {
  const files = [file('s/1.jpg'), file('d/1.png')];
  expect(isForFiles({ images: ['a.zip › s'], masks: ['a.zip › d'], remove: [] }, files)).toBe(true);
  expect(isForFiles({ images: ['a.zip › s'], masks: ['b.zip › d'], remove: [] }, files)).toBe(false);
});
