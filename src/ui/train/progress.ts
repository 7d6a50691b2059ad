/** How far a run is, in a number and in words. Pure. */
import type { RunProgress, RunState } from '../../protocol/run.ts';
import type { StoragePlace } from '../../protocol/storage-place.ts';
import { formatDuration, formatRate } from '../shared/format.ts';

const preparing: Record<string, string> = {
  compile: 'Compiling shaders',
  tune: 'Tuning kernels to this GPU',
  'warm up': 'Warming up',
};

/** Share of all epochs that is done, 0..1. Preparing counts as nothing, validating as a whole epoch trained. */
export function runFraction(progress: RunProgress | null, state: RunState): number {
  if (!progress || progress.epoch < 1 || progress.epochs < 1) return 0;
  const { phase, epoch, epochs, step, steps } = progress;
  const inEpoch = phase === 'train' ? step / Math.max(steps, 1) : 1;
  const done = (epoch - 1 + Math.min(1, inEpoch)) / epochs;
  return state === 'done' && phase !== 'train' && epoch === epochs ? 1 : Math.min(1, done);
}

/** One line for the status: epoch, step, speed, time left. */
export function runStatus(progress: RunProgress | null, state: RunState, epochsDone: number, stopped = false): string {
  switch (state) {
    case 'idle':
      return 'Not started';
    case 'done':
      return epochsDone > 0
        ? `${stopped ? 'Stopped' : 'Finished'} after ${epochsDone} ${epochsDone === 1 ? 'epoch' : 'epochs'}`
        : 'Stopped in the first epoch';
    case 'failed':
      return `Stopped by an error${epochsDone > 0 ? ` after epoch ${epochsDone}; the best epoch is kept` : ''}`;
    case 'preparing':
    case 'running':
    case 'paused':
    case 'finishing':
      break;
    default:
      throw state satisfies never;
  }
  if (!progress) return 'Preparing the run';
  const { phase, epoch, epochs, step, steps, imagesPerSecond, secondsLeft } = progress;
  const parts =
    epoch < 1
      ? [`${preparing[phase] ?? phase} ${step} of ${steps}`]
      : [`Epoch ${epoch} of ${epochs}`, `${phase === 'train' ? 'step' : `${phase}, image`} ${step} of ${steps}`];
  if (imagesPerSecond !== undefined) parts.push(`${formatRate(imagesPerSecond)} images/s`);
  if (state === 'paused') parts.unshift('Paused');
  else if (state === 'finishing') parts.unshift('Finishing');
  else if (secondsLeft !== undefined) parts.push(`${formatDuration(secondsLeft)} left`);
  return parts.join(' · ');
}

/** What a closed page or a crash would cost. */
export function keptText(state: RunState, keptEpoch: number, keptStep: number, place: StoragePlace | null): string {
  const active = state !== 'idle' && state !== 'done' && state !== 'failed';
  if (!active || keptEpoch + keptStep === 0)
    return place === 'memory'
      ? 'Saved in memory after every epoch. If the page closes, the run is lost.'
      : 'Saved after every epoch, and every two minutes in long ones. If the page closes, you can continue.';
  const upTo = keptStep > 0 ? `step ${keptStep} of epoch ${keptEpoch + 1}` : `epoch ${keptEpoch}`;
  if (place === 'memory') return `Saved in memory up to ${upTo}. If the page closes, the run is lost.`;
  return `Saved up to ${upTo}. If the page closes, you can continue from there.`;
}

/** The page's title: what somebody in another tab wants to know. */
export function runTitle(
  state: RunState | undefined,
  epochsDone: number,
  epochs: number,
  valDice: number | undefined,
): string {
  const name = 'Lesion Studio';
  if (state === undefined || state === 'idle') return name;
  const dice = valDice === undefined ? '' : ` · Dice ${valDice.toFixed(3)}`;
  if (state === 'done') return `Done${dice} · ${name}`;
  if (state === 'failed') return `Failed${dice} · ${name}`;
  const paused = state === 'paused' ? 'Paused · ' : '';
  return `${paused}Epoch ${Math.min(epochsDone + 1, epochs)}/${epochs}${dice} · ${name}`;
}
