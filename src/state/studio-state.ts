/** What the page knows: one slice per column, and what belongs to none. Holds no bytes but the few pictures that are on show. */
import type { ErrorData } from '../protocol/errors.ts';
import type { SettingName } from '../protocol/settings.ts';
import type { DataState } from './data/data-state.ts';
import type { DeviceState } from './device/device-state.ts';
import type { InferenceState } from './inference/inference-state.ts';
import type { LibraryState } from './library/library-state.ts';
import type { RunSlice } from './run/run-view.ts';

export interface Problem {
  readonly id: number;
  readonly error: ErrorData;
  /** Repeats what failed because the storage was full. */
  readonly retry?: (() => void) | undefined;
}

/** What is typed in a setting's field and not yet left; `error` where the setting has another value instead. */
export interface SettingDraft {
  readonly text: string;
  /** As the field is called. */
  readonly label: string;
  /** In force when it was typed. */
  readonly value: number;
  readonly error: string | null;
}
export type SettingDrafts = Partial<Record<SettingName, SettingDraft>>;

export interface PageState {
  readonly settingDrafts: SettingDrafts;
  /** What was wrong in the page's address, one line each. */
  readonly notices: readonly string[];
  readonly problems: readonly Problem[];
  /** The last problem, also after it was dismissed: for diagnostics. */
  readonly lastError: ErrorData | null;
  /** A short word for the status line and screen readers: 'Model saved as …'. */
  readonly message: string | null;
}

export interface StudioState extends DeviceState, DataState, RunSlice, InferenceState, LibraryState, PageState {}
