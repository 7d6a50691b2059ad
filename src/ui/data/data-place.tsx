import { lazy, Suspense, useState } from 'react';
import { everyPair, type PairFilter } from '../pairs/pair-list.ts';
import { useStudio } from '../studio-context.ts';
import { DatasetFacts } from './dataset-facts.tsx';
import { DropZone } from './drop-zone.tsx';
import { IngestStatus } from './ingest-status.tsx';
import { MaskNotices } from './mask-notices.tsx';
import { MaskQuestion } from './mask-question.tsx';
import { PairByHand } from './pair-by-hand.tsx';
import { RejectedFiles } from './rejected-files.tsx';
import './data-place.css';

/** Nobody needs it before there are pairs. */
const PairBrowser = lazy(() =>
  import('../pairs/pair-browser.tsx').then(({ PairBrowser }) => ({ default: PairBrowser })),
);

export function DataPlace() {
  const loaded = useStudio(state => state.dataset !== null);
  const reading = useStudio(state => state.ingest !== null);
  const [looking, setLooking] = useState(false);
  const [filter, setFilter] = useState(everyPair);
  const look = (change: Partial<PairFilter>) => {
    setFilter({ ...everyPair, ...change });
    setLooking(true);
  };
  return (
    <section className="plain-place scroll" aria-label="Dataset">
      <div className="data-grid">
        <DropZone />
        <div className="panel data-state">
          {reading && <IngestStatus />}
          {!reading && <MaskQuestion />}
          {loaded && <DatasetFacts />}
          {loaded && (
            <div className="actions">
              <button
                type="button"
                className={looking ? undefined : 'primary'}
                aria-expanded={looking}
                onClick={() => setLooking(!looking)}
              >
                {looking ? 'Hide the pairs' : 'Look at the pairs'}
              </button>
            </div>
          )}
          {loaded && <MaskNotices onShow={kind => look({ kind })} />}
          {!loaded && !reading && <FirstHint />}
          {loaded && <RejectedFiles />}
          {!reading && <PairByHand />}
        </div>
      </div>
      {loaded && looking && (
        <Suspense>
          <PairBrowser filter={filter} onFilter={change => setFilter(before => ({ ...before, ...change }))} />
        </Suspense>
      )}
    </section>
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
