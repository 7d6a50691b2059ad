/** How the page's components reach the one store: through React's context, so that a mock can stand in for it. */
import { createContext, createElement, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { Studio } from '../state/studio.ts';

export { runGoingOn } from '../state/refusals.ts';

const StudioContext = createContext<StoreApi<Studio> | null>(null);

export function StudioProvider({ store, children }: { store: StoreApi<Studio>; children: ReactNode }) {
  return createElement(StudioContext.Provider, { value: store }, children);
}

export function useStudioStore(): StoreApi<Studio> {
  const store = useContext(StudioContext);
  if (!store) throw new Error('useStudio is used outside of StudioProvider');
  return store;
}

/** A part of the state. The selector must give the same value for the same state: no new objects. */
export function useStudio<T>(selector: (state: Studio) => T): T {
  return useStore(useStudioStore(), selector);
}

/** A first visit: nothing was loaded, trained or kept in this browser yet. */
export function nothingYet({
  dataset,
  ingest,
  model,
  run,
  keptRuns,
  savedModels,
  unfinished,
  outlining,
}: Studio): boolean {
  return (
    dataset === null &&
    ingest === null &&
    model === null &&
    run === null &&
    outlining === null &&
    keptRuns.runs.length + savedModels.length + unfinished.length === 0
  );
}
