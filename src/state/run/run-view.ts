import type { DatasetSummary, Split } from '../../protocol/dataset.ts';
import type { DeviceReport } from '../../protocol/device.ts';
import type { EpochRecord, RunProgress, RunState, StepTiming, UnfinishedRun } from '../../protocol/run.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import type { SeriesMember } from '../library/series.ts';
import type { Snapshot } from './prediction-history.ts';
import type { StepCurve } from './step-curve.ts';
import type { SweepChange } from './sweep.ts';

/** A run as the page shows it, written down event by event. */
export interface RunView {
  readonly id: string;
  readonly settings: RunSettings;
  readonly split: Split;
  /** See StartRun. */
  readonly startedFrom?: string | undefined;
  readonly seenBefore?: string | undefined;
  readonly pinned?: readonly number[] | undefined;
  readonly dataset: DatasetSummary;
  readonly device: DeviceReport | null;
  readonly state: RunState;
  /** Done before its last epoch, because a person ended it: it can be continued. */
  readonly stopped: boolean;
  readonly progress: RunProgress | null;
  /** Of all epochs that were trained while this page was open. */
  readonly steps: StepCurve;
  readonly epochs: readonly EpochRecord[];
  readonly bestEpoch: number | null;
  /** A reload continues after this epoch; 0 while nothing is saved. */
  readonly keptEpoch: number;
  /** … and these steps of the one that follows. */
  readonly keptStep: number;
  /** `keptAt` when the run last went on by itself after a failure; null where it never did. */
  readonly recoveredAt: number | null;
  /** Fixed validation images, without predictions. */
  readonly samples: readonly Triptych[];
  /** What was made of the samples, the newest last. */
  readonly predictions: readonly Snapshot[];
}

/** One of a sweep's runs; `change`: how its settings differ from those that the sweep began with. */
export interface SweepRun {
  readonly change: SweepChange;
  readonly state: 'waiting' | 'going' | 'done' | 'stopped' | 'failed';
  readonly runId: string | null;
  /** Of its best epoch. */
  readonly valDice: number | null;
  readonly testDice: number | null;
}

/** What the store holds of runs; the list of kept ones is the library's. */
export interface RunSlice {
  readonly settings: RunSettings;
  /** The settings are the page's own choice for this device, and nobody has changed them: they may still follow the data. */
  readonly settingsAreFirst: boolean;
  readonly run: RunView | null;
  /** Runs that ended before their last epoch and can go on, the newest first. */
  readonly unfinished: readonly UnfinishedRun[];
  /** The run that was discarded last, while that can be taken back. */
  readonly discarded: UnfinishedRun | null;
  /** Runs kept in this browser that cannot be offered here: they go on in other tabs, or nothing of them can be read. */
  readonly otherRuns: { readonly elsewhere: number; readonly unreadable: number };
  /** What steps took, by what they are of (estimate.ts). */
  readonly timings: Readonly<Record<string, StepTiming>>;
  /** Ids of images whose predictions a person wants to see before others, the newest last; the next run shows them wherever they are validated. */
  readonly pinned: readonly string[];
  /** The key of the settings that are being timed; null where none are. */
  readonly estimating: string | null;
  /** The cross-validation of this visit: which fold (from 0) it is at, or was last. */
  readonly crossValidation: (SeriesMember & { readonly going: boolean }) | null;
  /** The learning curve of this visit: which of its sizes it is at, or was last. */
  readonly learningCurve: (SeriesMember & { readonly going: boolean }) | null;
  readonly sweep: { readonly going: boolean; readonly runs: readonly SweepRun[] } | null;
}
