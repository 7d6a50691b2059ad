/** What a report is about: a run and the model that it made, or a model from elsewhere on the data that are loaded. */
import type { ReportSource } from '../../formats/report.ts';
import type { ModelInfo } from '../../protocol/run.ts';
import type { ReportedTest, TestOutcome } from '../../protocol/scores.ts';
import { judged, tunedLevel } from '../inference/at-threshold.ts';
import type { RunView, StudioState } from '../studio.ts';

type Reported = Omit<ReportSource, 'appVersion'> & Pick<RunView, 'bestEpoch'>;

/** null where there is nothing to report yet. */
export function reportSource(state: StudioState): Reported | null {
  const { dataset, currentSplit, run, model, testOutcome, testedSplit, byValidation, device, settings } = state;
  // The scores of all pairs are no test.
  const outcome = testOutcome && !testOutcome.all ? testOutcome : null;
  const test = outcome && (byValidation ? withTuned(outcome, model) : outcome.result);
  const elsewhere = model !== null && model.runId !== run?.id;
  const split = (test && testedSplit) || currentSplit;
  const loaded = dataset && split && { device, settings, dataset, split, epochs: [], bestEpoch: null };
  // A run's curves and split beside the scores of a model that it did not make would tell of what never was.
  const source = run && !(test && elsewhere) ? run : loaded;
  return source && { ...source, device: source.device ?? null, model, test };
}

function withTuned(outcome: TestOutcome, model: ModelInfo | null): ReportedTest {
  const level = tunedLevel(outcome, model);
  if (level === null) return outcome.result;
  const { images: _, inference: __, ownSize: ___, ...validationThreshold } = judged(outcome, level);
  return { ...outcome.result, validationThreshold };
}
