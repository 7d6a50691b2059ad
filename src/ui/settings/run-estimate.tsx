import { useEffect } from 'react';
import { memoryOf } from '../../state/device/device-actions.ts';
import { estimateOf, smallerSettings } from '../../state/run/estimate.ts';
import { formatBytes, formatDuration, plural } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import './run-estimate.css';

/** So long the settings rest before steps are tried. */
const REST_MS = 1000;

/** How long a run of these settings would take here, and what would take less. Keeps its place while that is found out. */
export function RunEstimate() {
  const seconds = useStudio(estimateOf);
  const settings = useStudio(state => state.settings);
  const estimating = useStudio(state => state.estimating !== null);
  const loaded = useStudio(state => state.currentSplit !== null);
  const steps = useStudio(({ currentSplit, settings }) =>
    currentSplit ? Math.ceil(currentSplit.train.length / settings.batch) : 0,
  );
  const bytes = useStudio(state => memoryOf(state)?.bytes);
  const change = useStudio(state => state.changeSettings);
  useEstimate();
  if (!loaded) return null;
  const smaller = seconds === null ? null : smallerSettings(seconds, settings);
  const memory = bytes === undefined ? '' : ` · ${formatBytes(bytes)} of memory`;
  return (
    <section className="estimate" aria-label="Before you start" data-slow={smaller !== null || undefined}>
      <div className="block-head">
        <h3>Before you start</h3>
        {seconds !== null && <span className="tag plain">timed here</span>}
      </div>
      <p className="big">{seconds === null ? '≈ …' : `≈ ${formatDuration(seconds)}`}</p>
      <p className="sub">
        {seconds === null && estimating
          ? 'Trying a few steps with these settings…'
          : `${plural(settings.epochs, 'epoch')} of ${plural(steps, 'step')}${memory}`}
      </p>
      {smaller && (
        <>
          <p className="sub">
            {`Slow on this machine. With ${smaller.change.size} px, ${smaller.change.filters} filters, ${plural(smaller.change.epochs, 'epoch')} it takes ≈ ${formatDuration(smaller.seconds)}.`}
          </p>
          <button type="button" className="small" onClick={() => change(smaller.change)}>
            Use these settings
          </button>
        </>
      )}
    </section>
  );
}

function useEstimate(): void {
  const estimate = useStudio(state => state.estimateRun);
  const cancel = useStudio(state => state.cancelEstimate);
  const settings = useStudio(state => state.settings);
  const split = useStudio(state => state.currentSplit);
  const device = useStudio(state => state.device);
  const free = useStudio(state => estimate.refusal(state) === null);
  useEffect(() => {
    if (!free || !settings || !split || !device) return;
    const timer = setTimeout(() => void estimate(), REST_MS);
    return () => {
      clearTimeout(timer);
      void cancel();
    };
  }, [free, settings, split, device, estimate, cancel]);
}
