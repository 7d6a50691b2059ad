import type { TestResult } from '../../protocol/scores.ts';
import { formatScore } from './format.ts';

/** What the networks of an ensemble score alone beside what they do together; '' for a single network. */
export function ensembleText({ networks, meanDice }: Pick<TestResult, 'networks' | 'meanDice'>): string {
  if (!networks || networks.length === 0) return '';
  const mean = networks.reduce((sum, dice) => sum + dice, 0) / networks.length;
  const [low, high] = [Math.min(...networks), Math.max(...networks)].map(dice => formatScore(dice, 4));
  return `Ensemble of ${networks.length} networks. On the same images each alone has a mean Dice of ${low} to ${high}, ${formatScore(mean, 4)} on average; together ${formatScore(meanDice, 4)}.`;
}
