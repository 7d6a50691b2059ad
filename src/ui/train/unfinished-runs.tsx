import type { UnfinishedRun } from '../../protocol/training.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';

/** What a closed page, a crash or a lost device left of a run: to go on with, or to throw away. */
export function UnfinishedRuns() {
  const unfinished = useStudio(state => state.unfinished);
  const busy = useStudio(state => runGoingOn(state) || state.ingest !== null || state.testing !== null);
  const hasDevice = useStudio(state => state.device != null);
  const goOn = useStudio(state => state.continueRun);
  const discard = useStudio(state => state.discardRun);
  const [newest] = unfinished;
  if (!newest || busy) return null;
  const { runId } = newest.run;
  return (
    <section className="panel unfinished" aria-label="Unfinished run">
      <p>{textOf(newest)}</p>
      <div className="actions">
        <button type="button" disabled={!hasDevice} onClick={() => void goOn(runId)}>
          Continue run
        </button>
        <button type="button" className="quiet" onClick={() => void discard(runId)}>
          Discard run
        </button>
      </div>
    </section>
  );
}

function textOf({ run, epochs, step, savedAt }: UnfinishedRun): string {
  const { settings, dataset } = run;
  const when = new Date(savedAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  const best =
    epochs.length > 0 ? `, best validation Dice ${Math.max(...epochs.map(one => one.valDice)).toFixed(3)}` : '';
  const where = step > 0 ? `step ${step} of epoch ${epochs.length + 1}` : `epoch ${epochs.length}`;
  return `A run was interrupted after ${where} of ${settings.epochs} (${when}; ${dataset.ids.length} pairs at ${settings.size} × ${settings.size}, ${settings.filters} base filters${best}). It can go on from there.`;
}
