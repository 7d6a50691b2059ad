import type { IngestProgress } from '../../protocol/dataset.ts';
import { formatCount, formatLeft } from '../shared/format.ts';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { useStudio } from '../studio-context.ts';
import './ingest-status.css';

const phases: Record<IngestProgress['phase'], { title: string; unit: string }> = {
  listing: { title: 'Listing files', unit: 'files' },
  drawing: { title: 'Drawing demo images', unit: 'images' },
  decoding: { title: 'Decoding and shrinking', unit: 'pairs' },
  writing: { title: 'Writing to private storage', unit: 'pairs' },
};

/** In the middle of the pane, in place of the pictures that will come. */
export function IngestStatus() {
  const progress = useStudio(state => state.ingest);
  const cancel = useStudio(state => state.cancelIngest);
  if (!progress) return null;
  const { phase, done, total, secondsLeft } = progress;
  const { title, unit } = phases[phase];
  const counts = total > 0 ? `${formatCount(done)} of ${formatCount(total)} ${unit}` : 'starting';
  return (
    <div className="reading">
      <div className="ingest">
        <div className="ingest-head">
          <h3>{title}…</h3>
          <button type="button" className="small" onClick={cancel}>
            Cancel
          </button>
        </div>
        <ProgressBar
          label="Reading files"
          fraction={total > 0 ? done / total : undefined}
          text={`${title}: ${counts}`}
        />
        <p className="sub">{`${counts}${formatLeft(secondsLeft)}`}</p>
      </div>
    </div>
  );
}
