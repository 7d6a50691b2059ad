/** What a report is about: a run and the model that it made, or a model from elsewhere on the data that are loaded. */
import type { ReportSource } from '../../formats/report.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import type { ReportedTest, TestOutcome } from '../../protocol/scores.ts';
import { atThreshold, tunedLevel } from '../inference/at-threshold.ts';
import { testOf } from '../inference/results.ts';
import { fileName, subjectOf } from '../library/file-names.ts';
import type { RunView } from '../run/run-view.ts';
import type { StudioState } from '../studio-state.ts';

type Reported = Omit<ReportSource, 'appVersion'> &
  Pick<RunView, 'bestEpoch'> & { /** The run's, where it is about one. */ readonly id?: string };

/** null where there is nothing to report yet. */
export function reportSource(state: StudioState): Reported | null {
  const { dataset, currentSplit, run, model, byValidation, device, settings } = state;
  const elsewhere = model !== null && model.runId !== run?.id;
  const tested = testOf(state);
  // The scores of all pairs are no test.
  const outcome = tested && !tested.outcome.all ? tested.outcome : null;
  const test = outcome && (byValidation ? withTuned(outcome, model) : outcome.result);
  const split = (test && tested?.split) || currentSplit;
  const loaded = dataset && split && { device, settings, dataset, split, epochs: [], bestEpoch: null };
  // A run's curves and split beside the scores of a model that it did not make would tell of what never was.
  const source = run && !(test && elsewhere) ? run : loaded;
  return source && { ...source, device: source.device ?? null, model, test };
}

function withTuned(outcome: TestOutcome, model: ModelInfo | null): ReportedTest {
  const level = tunedLevel(outcome, model);
  if (level === null) return outcome.result;
  const {
    images: _,
    inference: __,
    ownSize: ___,
    seen: ____,
    calibration: _____,
    ...validationThreshold
  } = atThreshold(outcome, level);
  return { ...outcome.result, validationThreshold };
}

/** The name of a report's file, before its ending. */
export function reportName({ model, keptRuns }: StudioState, { id }: Reported, now: number): string {
  return fileName(`report ${subjectOf(model, keptRuns.runs, id ?? model?.keptRun)}`, now);
}
