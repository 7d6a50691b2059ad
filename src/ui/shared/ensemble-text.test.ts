import { expect, test } from 'vitest';
import { ensembleText } from './ensemble-text.ts';

test('the networks’ own scores stand beside the ensemble’s', () => {
  expect(ensembleText({ networks: [0.8, 0.85, 0.81], meanDice: 0.86 })).toBe(
    'Ensemble of 3 networks. On the same images each alone has a mean Dice of 0.8000 to 0.8500, 0.8200 on average; together 0.8600.',
  );
  expect(ensembleText({ meanDice: 0.8 })).toBe('');
});
