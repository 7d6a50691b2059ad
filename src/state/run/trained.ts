/** Whether a network was trained here: what marks the place Train as done. Pure. */
import { runGoingOn } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';

/**
 * A run has come to its end, or was stopped after an epoch at least, or a kept run's model was loaded; one from elsewhere was not trained here. Not while the model's own run goes on, which
 * may still better it, and not where it was stopped in its first epoch or failed.
 */
export function isTrained({ model, run }: Pick<StudioState, 'model' | 'run'>): boolean {
  if (!model) return false;
  if (model.runId === undefined) return model.keptRun !== undefined;
  if (model.bestEpoch === undefined) return false;
  return model.runId !== run?.id || !(runGoingOn({ run }) || run.state === 'failed');
}
