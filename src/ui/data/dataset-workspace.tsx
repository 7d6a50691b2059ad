import { useMemo, useState } from 'react';
import { shownPairs } from '../../state/data/data-actions.ts';
import { PairBar } from '../pairs/pair-bar.tsx';
import { PairDetail } from '../pairs/pair-detail.tsx';
import { PairGrid } from '../pairs/pair-grid.tsx';
import { chosenPairs, everyPair, type PairFilter, pairRows } from '../pairs/pair-list.ts';
import { RangeChips } from '../pairs/range-chips.tsx';
import { useStudio } from '../studio-context.ts';
import { DataNotices } from './data-notices.tsx';
import { DatasetRail } from './dataset-rail.tsx';
import { IngestStatus } from './ingest-status.tsx';
import { PaneFoot } from './pane-foot.tsx';
import './dataset-workspace.css';

/** A data set: its facts and settings, all its pairs to look through, and one of them large. */
export function DatasetWorkspace() {
  const read = useStudio(shownPairs);
  const used = useStudio(state => state.dataset);
  const split = useStudio(state => state.currentSplit);
  const reading = useStudio(state => state.ingest !== null);
  const [filter, setFilter] = useState(everyPair);
  const [open, setOpen] = useState<number>();
  const rows = useMemo(() => (read && used ? pairRows(read, used, split) : []), [read, used, split]);
  const chosen = useMemo(() => chosenPairs(rows, filter), [rows, filter]);
  if (!read) return null;
  const change = (next: Partial<PairFilter>) => setFilter(before => ({ ...before, ...next }));
  const row = reading ? undefined : rows.find(({ place }) => place === open);
  const step = (way: 1 | -1) => {
    const at = chosen.findIndex(({ place }) => place === open);
    const next = chosen[(at + way + chosen.length) % chosen.length];
    if (next) setOpen(next.place);
  };
  return (
    <div className="workspace inspected dataset-workspace">
      <DatasetRail rows={rows} filter={filter} onFilter={change} />
      <div className="pane">
        <DataNotices onShow={kind => setFilter({ ...everyPair, kind })} />
        {reading ? (
          <IngestStatus />
        ) : (
          <section className="pairs" aria-label="Pairs">
            <PairBar rows={rows} filter={filter} onFilter={change} />
            {chosen.length > 0 ? (
              <PairGrid rows={chosen} cacheId={read.cacheId} open={row?.place} onOpen={({ place }) => setOpen(place)} />
            ) : (
              <p className="waiting-for">No pair fits these conditions.</p>
            )}
          </section>
        )}
        <PaneFoot shown={chosen.length} all={rows.length}>
          <RangeChips filter={filter} onFilter={change} />
        </PaneFoot>
      </div>
      <div className="inspector" data-open={row !== undefined}>
        {row ? (
          <PairDetail row={row} read={read} onStep={step} onClose={() => setOpen(undefined)} />
        ) : (
          <p className="waiting-for">Pick a pair to see it large.</p>
        )}
      </div>
    </div>
  );
}
