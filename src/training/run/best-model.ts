import { preparationOf } from '../../protocol/preparation.ts';
import type { StartRun } from '../../protocol/run.ts';
import { seenBy } from '../../protocol/seen-images.ts';
import { describeModel, type Model } from '../model.ts';
import type { Best } from './course.ts';

/** A run's weights of its best epoch, or of where it was stopped in its first. */
export function runModel(run: StartRun, { epoch, weights, valDice }: Best): Model {
  const { runId, settings } = run;
  const origin = epoch > 0 ? `this run, epoch ${epoch}` : 'this run, stopped in its first epoch';
  const { arch, filters, seed } = settings;
  const info = {
    ...{ arch, filters, ...preparationOf(settings) },
    ...{ origin, runId, keptRun: runId, bestEpoch: epoch || undefined, valDice, seen: seenBy(run) },
  };
  return { info: describeModel(info), weights, seed };
}
