/**
 * Which data set was used last, and how it was divided, so that a later visit can go on with its pixels where the files are not at hand.
 *
 *   last/data.json    {version, cacheId, split}
 *
 * Promises: what it gives is whole: the pixels are there, and the split is one of their pairs. Must not know: what the pixels were made from.
 */
import * as v from 'valibot';
import { type DatasetSummary, partNames, type Split, split } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import { openPixels } from './pixels.ts';
import { isQuota } from './space.ts';
import { openStore, type Store } from './store.ts';

export const LAST = 'last';
const FILE = 'data.json';
/** SCHEMA: raise it when the layout above changes; a file of another version counts as missing. */
const VERSION = 1;

const lastData = v.object({ version: v.literal(VERSION), cacheId: v.string(), split });

/** In the place of the one before. Where there is no room none is remembered: it is a convenience, and the room is wanted for more. */
export async function rememberData(
  cacheId: string,
  divided: Split,
  store: Store | Promise<Store> = openStore(),
): Promise<void> {
  const folder = (await store).root.folder(LAST);
  const kept = { version: VERSION, cacheId, split: divided } satisfies v.InferInput<typeof lastData>;
  try {
    await folder.write(FILE, new TextEncoder().encode(JSON.stringify(kept)));
  } catch (thrown) {
    if (!isQuota(thrown)) throw thrown;
    await folder.remove(FILE);
  }
}

/** null where none is remembered, or its pixels are gone. */
export async function findLastData(
  store: Store | Promise<Store> = openStore(),
): Promise<{ dataset: DatasetSummary; split: Split } | null> {
  const used = await store;
  const bytes = await used.root.folder(LAST).read(FILE);
  const kept = bytes && parse(bytes);
  if (!kept) return null;
  try {
    const pixels = await openPixels(kept.cacheId, used);
    pixels.close();
    const { summary } = pixels;
    const fits = partNames.every(part => kept.split[part].every(place => place < summary.ids.length));
    return fits ? { dataset: summary, split: kept.split } : null;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'dataset-missing') return null;
    throw thrown;
  }
}

function parse(bytes: Uint8Array): v.InferOutput<typeof lastData> | null {
  try {
    const parsed = v.safeParse(lastData, JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.output : null;
  } catch {
    // Cut short by a crash: as if it were not there.
    return null;
  }
}
