import { expect, test } from 'vitest';
import { datasetOf } from '../../testing/dataset.ts';
import { isIsic } from './measures.ts';

const isic = ['ISIC_0000000', 'ISIC_0012345'];

test('only images by the archive’s names are taken for ISIC’s, and no drawings', () => {
  expect(isIsic(datasetOf(isic))).toBe(true);
  expect(isIsic(datasetOf([...isic, 'mole-3']))).toBe(false);
  expect(isIsic(datasetOf(isic, { source: 'demo-data.zip' }))).toBe(false);
  expect(isIsic(datasetOf([]))).toBe(false);
  expect(isIsic(null)).toBe(false);
});
