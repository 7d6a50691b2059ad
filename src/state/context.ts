/** What every action works with. */
import type { Ask } from '../protocol/workers.ts';
import type { AddressSettings } from './address.ts';
import type { BrowserStorage } from './library/storage.ts';
import type { StudioState } from './studio-state.ts';

export interface Context {
  readonly get: () => StudioState;
  readonly set: (change: Partial<StudioState> | ((state: StudioState) => Partial<StudioState>)) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** The workers' commands, by column. */
  readonly ask: Ask;
  /** Ends a worker, whatever it does; the next command starts another. */
  readonly restart: { ingest(): void; training(): void };
  /** Shows what went wrong; `again` does it once more. */
  readonly report: (thrown: unknown, again?: () => void) => void;
  /** Runs a task; what it throws is shown, and the answer is then `otherwise`. */
  readonly attempt: <T>(task: () => Promise<T>, otherwise: T) => Promise<T>;
  /** What the page's address asked for that does not change: pairs that `Use demo data` draws, and keys that set nothing. */
  readonly address: Pick<AddressSettings, 'threads' | 'demoPairs' | 'others'>;
  /** Called with the query string that gives the present settings. */
  readonly onAddress: (query: string) => void;
  readonly newId: () => string;
  /** undefined where the browser has none. */
  readonly storage: BrowserStorage | undefined;
}
