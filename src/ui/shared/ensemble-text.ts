import type { TestResult } from '../../protocol/scores.ts';
import { formatScore, plural } from './format.ts';

/** What the networks of an ensemble score alone beside what they do together; '' for a single network. */
export function ensembleText({
  networks,
  meanDice,
  images,
}: Pick<TestResult, 'networks' | 'meanDice' | 'images'>): string {
  if (!networks || networks.length === 0) return '';
  const mean = networks.reduce((sum, dice) => sum + dice, 0) / networks.length;
  const [low, high] = [Math.min(...networks), Math.max(...networks)].map(dice => formatScore(dice, 4));
  return `Ensemble of ${networks.length} networks on ${plural(images.length, 'image')}: mean Dice of each alone ${low} to ${high}, on average ${formatScore(mean, 4)}; together ${formatScore(meanDice, 4)}.`;
}
