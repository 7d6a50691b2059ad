import { expect, test } from 'vitest';
import { filesOfPairs, idOfSame } from './added-pairs.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const pair = (name: string) => ({ name, image: bytes(name), mask: bytes('mask') });

test('names that are taken get a number, and odd ones stay in their folder', () => {
  const files = filesOfPairs([pair('A.jpg'), pair('A.png'), pair('../x.png'), pair('bare')], ['A']);
  expect(files.map(({ path }) => path)).toEqual([
    ...['added/images/A (2).jpg', 'added/masks/A (2)_segmentation.png'],
    ...['added/images/A (3).png', 'added/masks/A (3)_segmentation.png'],
    ...['added/images/__x.png', 'added/masks/__x_segmentation.png'],
    ...['added/images/bare', 'added/masks/bare_segmentation.png'],
  ]);
});

test('an image is known by its bytes, as FIPS 180-4 hashes them', async () => {
  // SHA-256 of "abc" begins with ba7816bf 8f01cfea.
  const known = { ids: ['other', 'same'], imageHashes: ['0000000000000000', 'ba7816bf8f01cfea'] };
  expect(await idOfSame({ image: bytes('abc') }, known)).toBe('same');
  expect(await idOfSame({ image: bytes('abd') }, known)).toBeUndefined();
  expect(await idOfSame({ image: bytes('abc') }, { ids: ['same'] })).toBeUndefined();
});
