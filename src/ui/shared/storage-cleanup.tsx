import { useState } from 'react';
import type { CleanupKind, CleanupReport } from '../../protocol/storage-cleanup.ts';
import { useStudio } from '../studio-context.ts';
import { formatBytes, plural } from './format.ts';
import './storage-cleanup.css';

/** Under an alert of a full storage: what could be dropped for it, of which nothing goes unless it is ticked. */
export function StorageCleanup({ problem, again }: { problem: number; again: boolean }) {
  const ask = useStudio(state => state.askCleanup);
  const cleanUp = useStudio(state => state.cleanUp);
  const [report, setReport] = useState<CleanupReport | null>(null);
  const [chosen, setChosen] = useState<readonly CleanupKind[]>([]);
  if (!report)
    return (
      <button type="button" onClick={() => void ask().then(setReport)}>
        Make room…
      </button>
    );
  if (report.length === 0) return <p>Nothing older is kept that could be dropped.</p>;
  const toggle = (kind: CleanupKind) =>
    setChosen(chosen.includes(kind) ? chosen.filter(other => other !== kind) : [...chosen, kind]);
  const bytes = report.filter(({ kind }) => chosen.includes(kind)).reduce((sum, one) => sum + one.bytes, 0);
  return (
    <fieldset className="storage-cleanup">
      <legend>Drop for good</legend>
      {report.map(({ kind, count, bytes }) => (
        <label key={kind}>
          <input type="checkbox" checked={chosen.includes(kind)} onChange={() => toggle(kind)} />
          {` ${texts[kind](count)}: ${formatBytes(bytes)}`}
        </label>
      ))}
      <div className="actions">
        <button
          type="button"
          className="danger"
          disabled={chosen.length === 0}
          onClick={() => void cleanUp(chosen, problem)}
        >
          {`Drop ${formatBytes(bytes)}${again ? ' and try again' : ''}`}
        </button>
        <button type="button" className="quiet" onClick={() => setReport(null)}>
          Keep all
        </button>
      </div>
    </fieldset>
  );
}

const texts: Record<CleanupKind, (count: number) => string> = {
  images: count => `Images of ${plural(count, 'data set')} read before, which would have to be read again`,
  checkpoints: count =>
    `${plural(count, 'older checkpoint')} of unfinished runs, kept in case the newest one cannot be read`,
  weights: count => `Weights of ${plural(count, 'older run')}; curves and scores stay`,
};
