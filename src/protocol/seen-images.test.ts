import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { packSeen, seenBy, seenImages, seenPlaces, unpackSeen } from './seen-images.ts';

const hash = fc.stringMatching(/^[0-9a-f]{16}$/);

test('hashes go in and out of the text, each once, eight bytes each', () => {
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 40 }), hashes => {
      const text = packSeen(hashes);
      expect(unpackSeen(text)).toEqual(new Set(hashes));
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
  expect(unpackSeen(seen ?? '')).toEqual(new Set([0, 1, 3, 4].map(place => hashes[place])));
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
  expect(unpackSeen(seen ?? '')).toEqual(new Set([hashes[0], hashes[1], hashes[4]]));
});
