import { lazy, Suspense, useEffect, useRef } from 'react';
import { useStudio } from '../studio-context.ts';
import { Welcome } from '../welcome/welcome.tsx';
import { IngestStatus } from './ingest-status.tsx';
import './data-place.css';

/** Nobody needs it before there are pairs. */
const DatasetWorkspace = lazy(() =>
  import('./dataset-workspace.tsx').then(({ DatasetWorkspace }) => ({ default: DatasetWorkspace })),
);

/** The ways in, then what is being read, then the data set. */
export function DataPlace() {
  const loaded = useStudio(state => state.dataset !== null);
  const reading = useStudio(state => state.ingest !== null);
  const shown = loaded ? 'dataset' : reading ? 'reading' : 'welcome';
  const place = useRef<HTMLElement>(null);
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    // The button that was pressed is gone with what it stood in: the keyboard goes on from here, not from the page's beginning.
    if (document.activeElement === document.body) place.current?.focus({ preventScroll: true });
  }, [shown]);
  return (
    <section ref={place} className="data-place" aria-label="Dataset" tabIndex={-1}>
      {shown === 'dataset' && (
        <Suspense fallback={<p className="waiting-for">Opening the data set…</p>}>
          <DatasetWorkspace />
        </Suspense>
      )}
      {shown === 'reading' && <IngestStatus />}
      {shown === 'welcome' && <Welcome />}
    </section>
  );
}
