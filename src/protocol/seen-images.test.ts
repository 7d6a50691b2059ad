import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { LOOK_SIDE, packLooks } from './looks.ts';
import { packSeen, seenBy, seenImages, seenPlaces, unpackSeen } from './seen-images.ts';

const hash = fc.stringMatching(/^[0-9a-f]{16}$/);

test('hashes go in and out of the text, each once, eight bytes each', () => {
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 40 }), hashes => {
      const text = packSeen(hashes);
      expect(unpackSeen(text).hashes).toEqual(new Set(hashes));
      expect(packSeen([...hashes].reverse())).toBe(text);
      expect(atob(text)).toHaveLength(8 * new Set(hashes).size);
      expect(v.is(seenImages, text)).toBe(true);
    }),
  );
  for (const bad of ['abc', 'AAAA', '<b>', packSeen(['0'.repeat(16)]).slice(4)])
    expect(v.is(seenImages, bad)).toBe(false);
});

const hashes = ['a', 'b', 'c', 'd', 'e'].map(letter => letter.repeat(16));

test('training and validation images are seen, and what is in a group with one', () => {
  const dataset = { imageHashes: hashes, groups: [0, 1, 2, 1, 3] };
  const seen = seenBy({ dataset, split: { train: [0, 1], validation: [4] } });
  expect(unpackSeen(seen ?? '').hashes).toEqual(new Set([0, 1, 3, 4].map(place => hashes[place])));
  // In another data set, where the images have other neighbours.
  expect(seenPlaces({ imageHashes: ['f'.repeat(16), hashes[1]!, 'e1'.repeat(8)], groups: [7, 7, 8] }, seen)).toEqual(
    new Set([0, 1]),
  );
});

test('what cannot be told is not guessed', () => {
  const dataset = { imageHashes: hashes, groups: [0, 1, 2, 3, 4] };
  const split = { train: [0], validation: [1] };
  expect(seenBy({ dataset: { groups: dataset.groups }, split })).toBeUndefined();
  expect(seenBy({ dataset, split, startedFrom: 'another', seenBefore: '' })).toBeUndefined();
  expect(seenPlaces(dataset, undefined)).toBeNull();
  expect(seenPlaces({ groups: dataset.groups }, packSeen(hashes))).toBeNull();
});

test('a run that began with another model has seen that one’s images too', () => {
  const dataset = { imageHashes: hashes, groups: [0, 1, 2, 3, 4] };
  const seen = seenBy({
    ...{ dataset, split: { train: [0], validation: [1] }, startedFrom: 'another' },
    seenBefore: packSeen([hashes[4]!]),
  });
  expect(unpackSeen(seen ?? '').hashes).toEqual(new Set([hashes[0], hashes[1], hashes[4]]));
});

test('copies of seen images in another data set are told by their looks', () => {
  const look = (level: number) => new Uint8Array(LOOK_SIDE * LOOK_SIDE * 3).fill(level);
  const packed = (...levels: number[]) => packLooks(levels.map(look)) ?? '';
  const dataset = { imageHashes: hashes, groups: [0, 1, 2, 3, 4], looks: packed(10, 20, 30, 40, 50) };
  const seen = seenBy({ dataset, split: { train: [0, 1], validation: [2] } }) ?? '';
  expect(v.is(seenImages, seen)).toBe(true);
  expect(unpackSeen(seen).looks).toHaveLength(3);
  const others = ['1', '2', '3', '4'].map(letter => letter.repeat(16));
  // The second looks like one that was trained on, the third like a test image, the fourth is a copy of the second here.
  const copies = { imageHashes: others, groups: [0, 1, 2, 1], looks: packed(90, 21, 40, 24) };
  expect(seenPlaces(copies, seen)).toEqual(new Set([1, 3]));
  const again = seenBy({
    ...{ dataset: copies, split: { train: [0], validation: [] }, startedFrom: 'another' },
    seenBefore: seen,
  });
  expect(unpackSeen(again ?? '').looks).toHaveLength(4);
  for (const bad of [`${seen}=`, `${seen}.`, seen.replace('.', '..'), `${packSeen(hashes)}.AAAA`])
    expect(v.is(seenImages, bad)).toBe(false);
});
