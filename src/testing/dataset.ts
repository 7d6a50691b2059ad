/** What is known of a data set, for tests that need no pixels: each image in a group of its own. */
import type { DatasetSummary } from '../protocol/dataset.ts';
import { plainPreparation } from '../protocol/preparation.ts';

export function datasetOf(ids: readonly string[], changes: Partial<DatasetSummary> = {}): DatasetSummary {
  return {
    ...{ cacheId: 'c', hash: 'h', size: 32, ...plainPreparation },
    ids: [...ids],
    groups: ids.map((_, group) => group),
    ...{ rejected: [], skipped: 0, bytes: 1, source: 's.zip' },
    ...changes,
  };
}
