/** What scripts and tests reach as `window.studio`: the store and the page's commands by name, so that they need not press buttons. */
import type { StoreApi } from 'zustand/vanilla';
import type { Studio, StudioActions } from './studio.ts';
import type { StudioState } from './studio-state.ts';

/** A file as the page would give it to the person. */
export interface MadeFile {
  readonly name: string;
  readonly blob: Blob;
}

export interface WindowStudio {
  readonly version: string;
  /** Resolves once the device is found and kept runs and models are listed. */
  readonly opened: Promise<void>;
  /** Read only: the state changes by commands. */
  readonly store: Pick<StoreApi<Studio>, 'getState' | 'subscribe'>;
  /** Each resolves when its work is done, those that start a run when it has begun; what goes wrong stands in `problems`. */
  readonly commands: Omit<StudioActions, 'exportHtml'> & { exportHtml(): Promise<MadeFile | null> };
}

declare global {
  interface Window {
    studio: WindowStudio;
  }
}

/** `writeHtml` comes from ui/, which writes the report's page. */
export function windowStudio(
  store: StoreApi<Studio>,
  version: string,
  opened: Promise<void>,
  writeHtml: (state: StudioState) => Promise<MadeFile | null>,
): WindowStudio {
  const { getState, subscribe } = store;
  const state = getState();
  const actions = Object.fromEntries(
    Object.entries(state).filter(([, value]) => typeof value === 'function'),
  ) as unknown as Omit<Studio, keyof StudioState>;
  return Object.freeze({
    version,
    opened,
    store: { getState, subscribe },
    commands: { ...actions, exportHtml: () => state.exportHtml(writeHtml) },
  });
}
