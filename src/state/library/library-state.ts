import type { KeptRuns } from '../../protocol/kept-runs.ts';
import type { ModelInfo, SavedModel } from '../../protocol/model.ts';
import type { StoragePlace } from '../../protocol/storage-place.ts';
import type { StorageUse } from './storage.ts';

export interface LibraryState {
  /** The current one. */
  readonly model: ModelInfo | null;
  readonly savedModels: readonly SavedModel[];
  /** Under which name a model (by its id) lies among the saved ones: the one that was saved or loaded last. */
  readonly savedAs: { readonly model: string; readonly name: string } | null;
  /** Every run that was made here, the newest first. */
  readonly keptRuns: KeptRuns;
  /** The name of the run deleted last, while it can be restored. */
  readonly deletedRun: string | null;
  /** The name of the model deleted last, while it can be restored. */
  readonly deletedModel: string | null;
  /** What this origin uses of the browser's storage, in bytes; null where the browser does not say. */
  readonly storage: StorageUse | null;
  /** Where the page keeps its data; null until the worker has told. */
  readonly storagePlace: StoragePlace | null;
}
