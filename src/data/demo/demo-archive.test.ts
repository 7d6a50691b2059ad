import { expect, test } from 'vitest';
import { pageRecords } from '../../protocol/settings.ts';
import { pairFiles } from '../pairing.ts';
import { demoNames } from './demo-archive.ts';

test('demo files are named as what they are, in the order of their numbers as far as the setting goes', () => {
  expect(demoNames(0)).toEqual({ image: 'demo/images/demo_0001.jpg', mask: 'demo/masks/demo_0001_segmentation.png' });
  const names = Array.from({ length: pageRecords.demo.high }, (_, index) => demoNames(index).image);
  expect([...names].sort()).toEqual(names);
  expect(new Set(names).size).toBe(names.length);
});

test('they pair by their names alone', () => {
  const files = Array.from({ length: 12 }, (_, index) => Object.values(demoNames(index))).flat();
  const { pairs, rejected } = pairFiles(files.map(path => ({ path, origin: 'demo-data.zip' })));
  expect(rejected).toEqual([]);
  expect(pairs.map(({ id }) => id)).toEqual(
    files.filter(name => name.endsWith('.jpg')).map(name => name.slice(12, -4)),
  );
});
