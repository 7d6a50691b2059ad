import type { DatasetSummary, Split } from '../../protocol/dataset.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import type { Context } from '../context.ts';
import { prepared } from '../data/reading.ts';
import { fitted } from '../device/device-actions.ts';
import { keepStorage } from '../library/storage.ts';
import { begin } from './lifecycle.ts';

export interface RunWanted {
  /** Those of the form where none are given. */
  readonly settings?: RunSettings | undefined;
  /** To begin with its weights. */
  readonly model?: ModelInfo | null | undefined;
  /** The division that is set where none is given. */
  readonly splitOf?: ((dataset: DatasetSummary) => Split) | undefined;
}

/** Reads the images again first where the settings need another preparation. Resolves once the run is preparing. */
export async function startRun(context: Context, { settings: wanted, model, splitOf }: RunWanted = {}): Promise<void> {
  const { get, newId, storage } = context;
  const settings = wanted ?? get().settings;
  const { dataset, split } = await prepared(context, settings);
  // Only now, because the first thing worth keeping is about to be made; some browsers ask the person.
  void keepStorage(storage);
  const from = model ? { startedFrom: model.origin, seenBefore: model.seen ?? '' } : {};
  const pinned = get().pinned.flatMap(id => {
    const place = dataset.ids.indexOf(id);
    return place < 0 ? [] : [place];
  });
  const fits = await fitted(context, settings);
  await begin(context, {
    ...{ runId: newId(), settings: fits, dataset, split: splitOf?.(dataset) ?? split },
    ...from,
    ...(pinned.length > 0 ? { pinned } : {}),
  });
}
