/** When a run that was cut off goes on by itself. Pure. */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { RunState } from '../../protocol/run.ts';
import type { RunView } from './run-view.ts';

/** Failures that leave the run whole: another device or worker can continue it. */
const survivable: readonly ErrorCode[] = ['device-lost', 'device-hung', 'worker-ended'];

/**
 * `before`: the state in which it failed. A paused run waits for its person. A run that fails again before more of it was kept would
 * fail once more; and one that has finished epochs but kept none is not begun again.
 */
export function recovers(run: RunView, before: RunState, code: ErrorCode): boolean {
  return (
    survivable.includes(code) &&
    (before === 'preparing' || before === 'running') &&
    (keptAt(run) > 0 || run.epochs.length === 0) &&
    (run.recoveredAt === null || keptAt(run) > run.recoveredAt)
  );
}

/** The batch to start again with where the GPU's memory did not hold the run's; null where nothing smaller is left to try. */
export function smallerBatch({ settings: { batch } }: RunView, before: RunState, code: ErrorCode): number | null {
  return code === 'out-of-memory' && before === 'preparing' && batch > 1 ? Math.floor(batch / 2) : null;
}

/** How much is kept, as one number: whole epochs, and less than one for the steps of the next. */
export function keptAt({ keptEpoch, keptStep }: Pick<RunView, 'keptEpoch' | 'keptStep'>): number {
  return keptEpoch + keptStep / (keptStep + 1);
}

export function recoveryText({ keptEpoch, keptStep }: RunView): string {
  if (keptStep > 0) return `the run goes on by itself after step ${keptStep} of epoch ${keptEpoch + 1}`;
  return keptEpoch > 0
    ? `the run goes on by itself after epoch ${keptEpoch}`
    : 'the run, which had finished no epoch yet, starts again by itself';
}
