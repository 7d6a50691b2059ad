import type { Calibration } from '../../protocol/scores.ts';
import { formatScore } from '../shared/format.ts';

/** What a test's calibration comes to, by name; a line that nothing is known of is left out. */
export function calibrationFacts(of: Calibration): readonly (readonly [name: string, value: string])[] {
  const { error, temperature, temperedError, spearman, failureAuroc, diceError, riskCoverage } = of;
  const surest = riskCoverage.find(({ coverage }) => Math.abs(coverage - 0.8) < 0.005);
  const known = (name: string, value: number | null | undefined, digits: number) =>
    value === undefined ? [] : [[name, formatScore(value, digits)] as const];
  return [
    ...known('Expected calibration error of the pixels', error, 4),
    ...known('Error with the temperature', temperedError, 4),
    ...known('Temperature, by validation', temperature, 2),
    ...known('Confidence against Dice, Spearman', spearman, 3),
    ...known('Confidence tells Dice under 0.8, AUROC', failureAuroc, 3),
    ...known('Mean error of the predicted Dice', diceError, 4),
    ...known('Mean Dice of the surest 80 %', surest?.meanDice, 4),
  ];
}
