import type { UnfinishedRun } from '../../protocol/run.ts';
import { unfinishedFolds } from '../../state/library/cross-validation.ts';
import { unfinishedCurve } from '../../state/library/learning-curve.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { formatDate, plural } from '../shared/format.ts';
import { seriesText } from '../shared/series-text.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';
import './unfinished-runs.css';

/** What a closed page, a crash or a lost device left of a run: to go on with, or to throw away. */
export function UnfinishedRuns() {
  const unfinished = useStudio(state => state.unfinished);
  const others = useStudio(state => state.otherRuns);
  const busy = useStudio(state => runGoingOn(state) || state.ingest !== null || state.testing !== null);
  const goOn = useStudio(state => state.continueRun);
  const discard = useStudio(state => state.discardRun);
  const discarded = useStudio(state => state.discarded);
  const restore = useStudio(state => state.restoreDiscarded);
  const goOnWithFolds = useStudio(state => state.continueCrossValidation);
  const [newest] = unfinished;
  const goOnWithCurve = useStudio(state => state.continueLearningCurve);
  // One of several goes on with those that follow it, where their data set is at hand.
  const isFold = useStudio(state => unfinishedFolds(state)?.id === (newest?.run.split.fold?.id ?? ''));
  const isSize = useStudio(state => unfinishedCurve(state)?.id === (newest?.run.split.subset?.id ?? ''));
  const told = othersText(others);
  if ((!newest && !discarded && told.length === 0) || busy) return null;
  return (
    <section className="notice unfinished" aria-label={newest ? 'Unfinished run' : 'Other runs'}>
      {discarded && (
        <div className="actions">
          <span>Run discarded.</span>
          <ActionButton action={restore} className="quiet" onClick={() => void restore()}>
            Undo
          </ActionButton>
        </div>
      )}
      {newest && (
        <>
          <p>{textOf(newest)}</p>
          <div className="actions">
            {isFold ? (
              <ActionButton className="small" action={goOnWithFolds} onClick={() => void goOnWithFolds()}>
                Continue
              </ActionButton>
            ) : isSize ? (
              <ActionButton className="small" action={goOnWithCurve} onClick={() => void goOnWithCurve()}>
                Continue
              </ActionButton>
            ) : (
              <ActionButton className="small" action={goOn} onClick={() => void goOn(newest.run.runId)}>
                Continue
              </ActionButton>
            )}
            <button type="button" className="small" onClick={() => void discard(newest.run.runId)}>
              Discard run
            </button>
          </div>
        </>
      )}
      {told.map(text => (
        <p className="help" key={text}>
          {text}
        </p>
      ))}
    </section>
  );
}

function othersText({ elsewhere, unreadable }: { elsewhere: number; unreadable: number }): string[] {
  return [
    ...(elsewhere > 0
      ? [`${elsewhere === 1 ? 'A run goes' : `${elsewhere} runs go`} on in another tab of this browser.`]
      : []),
    ...(unreadable > 0
      ? [
          `${plural(unreadable, 'interrupted run')} cannot be read by this version of the page. A version that kept ${unreadable === 1 ? 'it' : 'them'} can go on from there; “Erase everything” under Help and storage removes ${unreadable === 1 ? 'it' : 'them'}.`,
        ]
      : []),
  ];
}

function textOf({ run, epochs, step, savedAt, stopped }: UnfinishedRun): string {
  const { settings, dataset, split } = run;
  const series = seriesText(split);
  const what = split.subset ? `a run on ${series}` : series || 'a run';
  const when = formatDate(savedAt);
  const best =
    epochs.length > 0 ? `, best validation Dice ${Math.max(...epochs.map(one => one.valDice)).toFixed(3)}` : '';
  const where = step > 0 ? `step ${step} of epoch ${epochs.length + 1}` : `epoch ${epochs.length}`;
  return `${stopped ? `You stopped ${what}` : `${what[0]?.toUpperCase()}${what.slice(1)} was interrupted`} after ${where} of ${settings.epochs} (${when}; ${dataset.ids.length} pairs at ${settings.size} × ${settings.size}, ${settings.filters} base filters${best}). You can continue.`;
}
