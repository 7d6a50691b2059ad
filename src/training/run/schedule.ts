import type { RunSettings } from '../../protocol/settings.ts';

/** On a plateau the rate is divided by 2 after this many epochs without a better validation Dice, and then counts anew. */
export const PLATEAU_EPOCHS = 5;

/**
 * Learning rate of an epoch, counted from 1. `valDice`: of all epochs before it.
 *
 *   exponential   lr · decay^(epoch − 1) (Isensee et al. 2017: 5e-4 · 0.985^epoch)
 *   cosine        lr · ½(1 + cos(π·(epoch − 1) / epochs)), without restarts (Loshchilov and Hutter 2017)
 *   plateau       lr · 2^−n after n plateaus of the validation Dice
 *
 * In the first `warmup` epochs it is multiplied by epoch / (warmup + 1).
 */
export function learningRate(
  { lr, decay, schedule, warmup, epochs }: Pick<RunSettings, 'lr' | 'decay' | 'schedule' | 'warmup' | 'epochs'>,
  epoch: number,
  valDice: readonly number[],
): number {
  const rate = lr * Math.min(1, epoch / (warmup + 1));
  switch (schedule) {
    case 'exponential':
      return rate * decay ** (epoch - 1);
    case 'cosine':
      return (rate * (1 + Math.cos((Math.PI * (epoch - 1)) / epochs))) / 2;
    case 'plateau':
      return rate / 2 ** plateaus(valDice);
    default:
      throw schedule satisfies never;
  }
}

function plateaus(valDice: readonly number[]): number {
  let best = Number.NEGATIVE_INFINITY;
  let since = 0;
  let count = 0;
  for (const dice of valDice) {
    since++;
    if (dice > best) [best, since] = [dice, 0];
    if (since < PLATEAU_EPOCHS) continue;
    count++;
    since = 0;
  }
  return count;
}
