import { expect, test } from 'vitest';
import type { ImageScore } from '../../protocol/scores.ts';
import { ensembleText } from './ensemble-text.ts';

test('the networks’ own scores stand beside the ensemble’s', () => {
  const images = [{}, {}] as ImageScore[];
  expect(ensembleText({ networks: [0.8, 0.85, 0.81], meanDice: 0.86, images })).toBe(
    'Ensemble of 3 networks on 2 images: mean Dice of each alone 0.8000 to 0.8500, on average 0.8200; together 0.8600.',
  );
  expect(ensembleText({ meanDice: 0.8, images })).toBe('');
});
