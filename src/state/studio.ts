/**
 * The page's one store: what is known of the data set, the settings, the run, the model and the problems. Actions command
 * the workers through the two clients (protocol/client.ts) and write down what comes back; the workers' events are written
 * down by `apply…`. Charts and tables are derived from it in ui/. Knows no React and holds no bytes but the few pictures
 * that are on show.
 */

import type { SourceFile } from '../protocol/data.ts';
import type { DatasetSummary, IngestProgress, RejectedFile, Split, SplitRatios } from '../protocol/dataset.ts';
import type { ErrorData } from '../protocol/errors.ts';
import type { KeptRuns } from '../protocol/kept-runs.ts';
import type {
  AugmentedPair,
  DeviceReport,
  EpochRecord,
  MemoryEstimate,
  ModelFormat,
  ModelInfo,
  RunProgress,
  RunState,
  SavedModel,
  StepRecord,
  Triptych,
  UnfinishedRun,
} from '../protocol/run.ts';
import type { Inference, InferenceGains, TestOutcome } from '../protocol/scores.ts';
import type { EngineChoice, RunSettings } from '../protocol/settings.ts';
import type { RoomKind, RoomReport } from '../protocol/storage-cleanup.ts';
import type { StoragePlace } from '../protocol/storage-place.ts';
import type { SweepChange } from './run/sweep.ts';

/** One of a sweep's runs; `change`: what it has otherwise than the settings that the sweep began with. */
export interface SweepRun {
  readonly change: SweepChange;
  readonly state: 'waiting' | 'going' | 'done' | 'stopped' | 'failed';
  readonly runId: string | null;
  /** Of its best epoch. */
  readonly valDice: number | null;
  readonly testDice: number | null;
}

export interface RunView {
  readonly id: string;
  readonly settings: RunSettings;
  readonly split: Split;
  /** See StartRun. */
  readonly startedFrom?: string | undefined;
  readonly dataset: DatasetSummary;
  readonly device: DeviceReport | null;
  readonly state: RunState;
  readonly progress: RunProgress | null;
  /** Steps of the first epoch only; later epochs are drawn as one point each. */
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  readonly bestEpoch: number | null;
  /** A reload goes on after this epoch; 0 where nothing is written yet. */
  readonly keptEpoch: number;
  /** … and these steps of the one that follows. */
  readonly keptStep: number;
  /** How far the run was kept (`keptAt`) when it went on by itself last, after a failure; null where it never did. */
  readonly recoveredAt: number | null;
  /** Fixed validation images, without predictions. */
  readonly samples: readonly Triptych[];
  /** Predicted masks (0/1) of the samples by epoch: predictions[epoch − 1][sample]. */
  readonly predictions: readonly (readonly Uint8Array[])[];
}

export interface Problem {
  readonly id: number;
  readonly error: ErrorData;
  /** Does again what failed, where the storage was full. */
  readonly retry?: (() => void) | undefined;
}

export interface StorageUse {
  readonly used: number;
  readonly left: number;
  /** The browser will not clear it by itself when space runs low. */
  readonly persisted: boolean;
}

export interface OutlinedImage {
  /** Of the files that were chosen: its number among the images. */
  readonly place: number;
  readonly name: string;
  /** In pixels, as the PNG's. */
  readonly width: number;
  readonly height: number;
  /** Of the area that is lesion, 0 to 1. */
  readonly share: number;
  readonly png: Uint8Array<ArrayBuffer>;
}

export interface Outlines {
  /** Counts up: the same images outlined again are another result. */
  readonly made: number;
  readonly threshold: number;
  readonly inference: Inference;
  readonly images: readonly OutlinedImage[];
  readonly rejected: readonly RejectedFile[];
}

export interface OutlinePicture {
  readonly size: number;
  /** RGB [S,S,3]. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** 0/1 [S,S]. */
  readonly mask: Uint8Array<ArrayBuffer>;
}

export interface StudioState {
  /** undefined while it is being looked for. */
  readonly device: DeviceReport | null | undefined;
  readonly engine: EngineChoice;
  /** Of the present settings on the present device; null while unknown. */
  readonly memory: MemoryEstimate | null;
  readonly settings: RunSettings;
  readonly split: { readonly seed: number; readonly ratios: SplitRatios };
  /** What was wrong in the page's address, one line each. */
  readonly notices: readonly string[];
  readonly problems: readonly Problem[];

  /** Million pixels that a picture of a data set may have. */
  readonly megapixels: number;
  readonly ingest: IngestProgress | null;
  readonly dataset: DatasetSummary | null;
  readonly currentSplit: Split | null;

  readonly run: RunView | null;
  /** Runs that ended before their last epoch and can go on, the newest first. */
  readonly unfinished: readonly UnfinishedRun[];
  /** Runs kept in this browser that cannot be offered here: they go on in other tabs, or nothing of them can be read. */
  readonly otherRuns: { readonly elsewhere: number; readonly unreadable: number };
  readonly model: ModelInfo | null;
  /** What tests and outlines do beyond one pass of the network. */
  readonly inference: Inference;
  /** Whether masks are cut at the model's threshold of validation instead of one half. */
  readonly byValidation: boolean;
  /** From which probability on a pixel of an outlined image counts as lesion, above 0 and below 1, unless `byValidation`. */
  readonly outlineFrom: number;
  readonly sweep: { readonly going: boolean; readonly runs: readonly SweepRun[] } | null;
  /** What a loaded model makes of the first validation images; empty for a run's own model (its samples show it). */
  readonly modelPictures: readonly Triptych[];
  readonly testing: { readonly done: number; readonly total: number; readonly secondsLeft?: number } | null;
  readonly testOutcome: TestOutcome | null;
  /** That of which `testOutcome` is the test part. */
  readonly testedSplit: Split | null;
  readonly outlining: {
    readonly done: number;
    readonly total: number;
    readonly secondsLeft?: number | undefined;
  } | null;
  readonly outlines: Outlines | null;
  readonly savedModels: readonly SavedModel[];
  /** Every run that was made here, the newest first. */
  readonly keptRuns: KeptRuns;
  /** The name of the run deleted last, while it can be restored. */
  readonly deletedRun: string | null;
  /** What this origin uses of the browser's storage, in bytes; null where the browser does not say. */
  readonly storage: StorageUse | null;
  /** Where the page keeps what it keeps; null until the worker has told. */
  readonly storagePlace: StoragePlace | null;
  /** The name of the model deleted last, while it can be restored. */
  readonly deletedModel: string | null;
  /** The last problem, also after it was dismissed: for diagnostics. */
  readonly lastError: ErrorData | null;
  /** A short word for the status line and screen readers: 'Model saved as …'. */
  readonly message: string | null;
}

export interface StudioActions {
  /** Looks for the device, lists saved models. Called once. */
  open(): Promise<void>;
  useFiles(files: readonly SourceFile[]): Promise<void>;
  useDemoData(): Promise<void>;
  cancelIngest(): void;
  /** Holds from the next reading on. Returns a sentence that says the range, or null. */
  changeMegapixels(value: number): string | null;
  /** Values out of range are kept out: returns a sentence that says the range, or null. */
  changeSettings(change: Partial<RunSettings>): string | null;
  /** The first of these settings that the GPU's memory takes with the rest as it is; null where none does. */
  firstThatFits(choices: readonly Partial<RunSettings>[]): Promise<Partial<RunSettings> | null>;
  /** Which image is in which part, as a file; null where there is no split. */
  exportSplit(): { name: string; blob: Blob } | null;
  /** Divides the data set as the file says. */
  importSplit(file: File): Promise<void>;
  changeSplit(change: { seed?: number; ratios?: SplitRatios }): Promise<void>;
  chooseEngine(engine: EngineChoice): Promise<void>;
  /** Reads the images again first where the size setting differs from the data set's. */
  /** `loaded`: with the current model's weights instead of new ones. */
  startTraining(loaded?: boolean): Promise<void>;
  /** Goes on with an unfinished run, on its own data set and settings. */
  continueRun(runId: string): Promise<void>;
  discardRun(runId: string): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
  runTest(): Promise<void>;
  /** Scores every pair of the data set, whatever part it is in. */
  scoreAll(): Promise<void>;
  /** The scored images' masks at the threshold `level` / 100 as a zip of PNGs; null where nothing was scored. */
  exportMasks(level: number): Promise<{ name: string; blob: Blob } | null>;
  /** The current model's masks of images that have none. */
  outlineImages(files: readonly SourceFile[]): Promise<void>;
  cancelOutlines(): void;
  /** One of the outlined images at the model's size; null if it cannot be had (a problem is shown). */
  outlinePicture(place: number): Promise<OutlinePicture | null>;
  /** All outlined masks as a zip of PNGs. */
  exportOutlines(): Promise<{ name: string; blob: Blob } | null>;
  /** A test image with its prediction at a threshold, for the table. null if it cannot be had (a problem is shown). */
  picture(id: string, threshold?: number): Promise<Triptych | null>;
  /** Makes the model that comes with the page the current one. */
  loadPretrained(): Promise<void>;
  /** Some training pairs as they are and as epochs from `epoch` on would see them; null if they cannot be had (a problem is shown). */
  previewAugmentation(epoch: number): Promise<readonly AugmentedPair[] | null>;
  setInference(change: Partial<Inference>): void;
  setByValidation(on: boolean): void;
  /** Why the value does not do, or null. */
  setOutlineFrom(probability: number): string | null;
  /** What each refinement gives on the validation part; null where that failed (a problem is shown). */
  measureGains(): Promise<InferenceGains | null>;
  /** Trains and tests with each of these changes of the settings, one after another. Resolves when the last has come to its end. */
  startSweep(changes: readonly SweepChange[]): Promise<void>;
  stopSweep(): void;
  /** Gives a kept run a name and a note; true once it has them. */
  describeRun(runId: string, name: string, note: string): Promise<boolean>;
  deleteRun(runId: string): Promise<void>;
  restoreRun(): Promise<void>;
  /** Makes a kept run's best weights the current model. */
  loadRun(runId: string): Promise<void>;
  /** What a kept run's best weights make of these images of the data set; null where that failed (a problem is shown). */
  runPictures(runId: string, ids: readonly string[]): Promise<readonly Triptych[] | null>;
  saveModel(name: string, overwrite?: boolean): Promise<boolean>;
  renameModel(name: string, to: string): Promise<boolean>;
  deleteModel(name: string): Promise<void>;
  /** Takes the last deletion back. */
  restoreModel(): Promise<void>;
  loadModel(name: string): Promise<void>;
  importModel(files: readonly File[]): Promise<void>;
  /** Name and bytes of the download, or null. */
  exportModel(format: ModelFormat): Promise<{ name: string; blob: Blob } | null>;
  /** The test's scores per image at the threshold `level` / 100, as CSV, at the size of training or in the masks' own sides; null where nothing was tested. */
  exportScores(level: number, ownSize?: boolean): { name: string; blob: Blob } | null;
  exportReport(): { name: string; blob: Blob } | null;
  /** The report as a page of its own, written by `write`, which ui/ brings; null where that failed (a problem is shown). */
  exportHtml(
    write: (state: Studio) => Promise<{ name: string; blob: Blob } | null>,
  ): Promise<{ name: string; blob: Blob } | null>;
  /** Looks again how much storage is used. */
  tellStorage(): Promise<void>;
  /** What could be dropped where the storage is full; null where that cannot be told (a problem is shown). */
  askRoom(): Promise<RoomReport | null>;
  /** Drops what the person chose, then does again what the problem was told of. */
  makeRoom(kinds: readonly RoomKind[], problem: number): Promise<void>;
  /** Removes all that this page keeps in the browser; true once it is gone. */
  eraseEverything(): Promise<boolean>;
  dismiss(problem: number): void;
  dismissNotices(): void;
}

export type Studio = StudioState & StudioActions;
