/** Tells what could be dropped to make room in the browser's storage, and drops what a person chose of it. */
import type { CleanupKind, CleanupReport } from '../../protocol/storage-cleanup.ts';
import { dropOlderCheckpoints, olderCheckpoints } from '../../store/checkpoints.ts';
import { dropOldPixels, oldPixels } from '../../store/old-pixels.ts';
import { runBook } from '../../store/run-book.ts';
import { dropOldWeights, runsWithOldWeights } from './run-records.ts';

export async function reportCleanup(): Promise<CleanupReport> {
  const runs = await runsWithOldWeights(runBook);
  const found = {
    images: await oldPixels(),
    checkpoints: await olderCheckpoints(),
    weights: { count: runs.length, bytes: runs.reduce((sum, { bytes }) => sum + bytes, 0) },
  };
  const kinds = ['images', 'checkpoints', 'weights'] as const;
  return kinds.map(kind => ({ kind, ...found[kind] })).filter(({ count }) => count > 0);
}

export async function cleanUp(kinds: readonly CleanupKind[]): Promise<void> {
  for (const kind of kinds) {
    switch (kind) {
      case 'images':
        await dropOldPixels();
        break;
      case 'checkpoints':
        await dropOlderCheckpoints();
        break;
      case 'weights':
        await dropOldWeights(runBook);
        break;
      default:
        throw kind satisfies never;
    }
  }
}
