import { Step } from '../shared/step.tsx';
import { useStudio } from '../studio-context.ts';
import { DatasetFacts } from './dataset-facts.tsx';
import { DropZone } from './drop-zone.tsx';
import { IngestStatus } from './ingest-status.tsx';
import { MaskNotices } from './mask-notices.tsx';
import { RejectedFiles } from './rejected-files.tsx';
import './data-step.css';

export function DataStep() {
  const loaded = useStudio(state => state.dataset !== null);
  const reading = useStudio(state => state.ingest !== null);
  return (
    <Step
      number={1}
      id="data"
      title="Dataset"
      lead="Dermoscopy images with their lesion masks, read in this page and kept in this browser’s private storage."
    >
      <div className="data-grid">
        <DropZone />
        <div className="panel data-state">
          {reading && <IngestStatus />}
          {loaded && <DatasetFacts />}
          {loaded && <MaskNotices />}
          {!loaded && !reading && <FirstHint />}
          {loaded && <RejectedFiles />}
        </div>
      </div>
    </Step>
  );
}

function FirstHint() {
  return (
    <div className="empty">
      <h3>No data yet</h3>
      <p>
        First time here? Press <strong>Use demo data</strong>: it draws a small set of lesion-like images with exact
        masks, so that you can go through all four steps in a few minutes.
      </p>
      <p>For real training, drop the two ISIC zips (images and ground truth) here together.</p>
    </div>
  );
}
