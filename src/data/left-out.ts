/** A data set without the pairs that the person left out, as if their files had not been there; nothing is read again. */
import type { DatasetSummary } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import { MIN_PAIRS } from './ingest.ts';
import { type ReadPairs, summarise } from './summarise.ts';

export interface FewerPairs {
  readonly summary: DatasetSummary;
  /** Where in the cache of the whole data set each of its pairs lies. */
  readonly records: readonly number[];
}

/** Ids that the data set has not are passed over. Throws `too-few-pairs`. */
export async function withoutPairs(read: ReadPairs, ids: readonly string[]): Promise<FewerPairs> {
  const wanted = new Set(ids);
  const records = read.kept.flatMap(({ id }, place) => (wanted.has(id) ? [] : [place]));
  const leftOut = read.kept.flatMap(({ id }) => (wanted.has(id) ? [id] : []));
  if (leftOut.length === 0) return { summary: read.summary, records };
  if (records.length < MIN_PAIRS)
    throw new AppError(
      'too-few-pairs',
      `Only ${records.length} ${records.length === 1 ? 'pair' : 'pairs'} would be left`,
      `at least ${MIN_PAIRS} are needed: leave out fewer, or take some back`,
    );
  const kept = records.map(place => read.kept[place]!);
  return { summary: await summarise(kept, read.preparation, { ...read.facts, leftOut }), records };
}
