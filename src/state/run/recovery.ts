/** When a run that was cut off goes on by itself. Pure. */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { RunState } from '../../protocol/run.ts';
import type { RunView } from './run-view.ts';

/** What leaves the run itself whole: another device, or another worker, can take it up. */
const survivable: readonly ErrorCode[] = ['device-lost', 'device-hung', 'worker-ended'];

/**
 * `before`: the state that the failure found it in. A paused run waits for its person. A second failure before more
 * was kept would only come again; and a run of which nothing could be kept is not begun again over its finished epochs.
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

/** Grows with all that is kept: whole epochs, and less than one for the steps of the next. */
export function keptAt({ keptEpoch, keptStep }: Pick<RunView, 'keptEpoch' | 'keptStep'>): number {
  return keptEpoch + keptStep / (keptStep + 1);
}

export function recoveryText({ keptEpoch, keptStep }: RunView): string {
  if (keptStep > 0) return `the run goes on by itself after step ${keptStep} of epoch ${keptEpoch + 1}`;
  return keptEpoch > 0
    ? `the run goes on by itself after epoch ${keptEpoch}`
    : 'the run, which had finished no epoch yet, starts again by itself';
}
