import { expect, test } from 'vitest';
import { firstReadable } from './candidates.ts';
import { pairFiles } from './pairing.ts';
import type { NamedFile, Pair } from './pairs.ts';
import { FileRejection } from './rejection.ts';

const file = (path: string, origin = ''): NamedFile => ({ path, origin });

/** Reads all but the files of these paths. */
const readerWithout =
  (...broken: string[]) =>
  async (image: NamedFile, mask: NamedFile) => {
    if (broken.includes(`${image.origin}${image.path}`)) throw new FileRejection('image', 'is cut short');
    if (broken.includes(`${mask.origin}${mask.path}`)) throw new FileRejection('mask', 'is a photo');
    return 'pixels';
  };

function onlyPair(...files: NamedFile[]): Pair<NamedFile> {
  const { pairs } = pairFiles(files);
  expect(pairs).toHaveLength(1);
  return pairs[0] as Pair<NamedFile>;
}

test('where the first image does not decode the next is taken, and the first is told', async () => {
  const pair = onlyPair(file('images/X.jpg'), file('images/X.png'), file('masks/X.png'));
  const { decoded, files, told } = await firstReadable(pair, readerWithout('images/X.jpg'));
  expect(decoded).toBe('pixels');
  expect(files.map(({ path }) => path)).toEqual(['images/X.png', 'masks/X.png']);
  expect(told).toEqual([{ file: 'images/X.jpg', reason: 'is cut short (images/X.png is used)' }]);
});

test('the same for masks, and a spare one says which is used', async () => {
  const pair = onlyPair(...[file('images/X.jpg'), file('masks/X.bmp'), file('masks/X.png'), file('masks/x.webp')]);
  const { files, told } = await firstReadable(pair, readerWithout('masks/X.bmp'));
  expect(files.map(({ path }) => path)).toEqual(['images/X.jpg', 'masks/X.png']);
  expect(told).toEqual([
    { file: 'masks/X.bmp', reason: 'is a photo (masks/X.png is used)' },
    { file: 'masks/x.webp', reason: 'another mask has the same id; masks/X.png is used' },
  ]);
});

test('of two archives with one id the second steps in as a whole', async () => {
  const both = ['a.zip', 'b.zip'].flatMap(zip => [file('X.jpg', zip), file('X_segmentation.png', zip)]);
  const { files, told } = await firstReadable(onlyPair(...both), readerWithout('a.zipX_segmentation.png'));
  expect(files.map(({ origin }) => origin)).toEqual(['b.zip', 'b.zip']);
  expect(told.map(({ file }) => file)).toEqual(['a.zip › X.jpg', 'a.zip › X_segmentation.png']);
});

test('where none can be read all that was tried is told, and what is no fault of a file is thrown on', async () => {
  const pair = onlyPair(file('images/X.jpg'), file('masks/X.png'));
  const { decoded, told } = await firstReadable(pair, readerWithout('images/X.jpg'));
  expect(decoded).toBeNull();
  expect(told).toEqual([{ file: 'images/X.jpg', reason: 'is cut short (left out together with X.png)' }]);
  const full = new Error('the disk is full');
  await expect(firstReadable(pair, () => Promise.reject(full))).rejects.toBe(full);
});
