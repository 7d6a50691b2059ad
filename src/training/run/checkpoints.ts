/** The checkpoints of the run that goes on, and those of unfinished runs. */

import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../formats/checkpoint.ts';
import { AppError } from '../../protocol/errors.ts';
import { megabytes } from '../../protocol/megabytes.ts';
import type { UnfinishedRun, UnfinishedRuns } from '../../protocol/run.ts';
import { holdRun, listRuns, removeRun, removeStrays, runGenerations } from '../../store/checkpoints.ts';
import type { Generations } from '../../store/generations.ts';
import { bytesLeft, isQuota } from '../../store/space.ts';

/** One run's checkpoints, locked for as long as it goes on. */
export interface RunRecord {
  save(checkpoint: Checkpoint): Promise<void>;
  /** The newest whole checkpoint. */
  load(): Promise<Checkpoint | undefined>;
  /** The run is over: removes its checkpoints. */
  remove(): Promise<void>;
  release(): void;
}

export interface RunStore {
  /** Throws `wrong-state` where the run goes on in another tab. */
  open(runId: string): Promise<RunRecord>;
  /** Runs that ended before their last epoch. */
  unfinished(): Promise<UnfinishedRuns>;
  discard(runId: string): Promise<void>;
}

export const runStore: RunStore = {
  async open(runId) {
    const release = await holdRun(runId);
    // Opened on first use, because a full disk has no room for a folder either, and a run can go on without being kept.
    let opened: Generations | undefined;
    const generations = async () => {
      opened ??= await runGenerations(runId);
      return opened;
    };
    return {
      async save(checkpoint) {
        const bytes = await encodeCheckpoint(checkpoint);
        try {
          await (await generations()).publish(bytes, [checkpoint.run.dataset.cacheId]);
        } catch (thrown) {
          throw isQuota(thrown) ? noRoom(bytes.length, await bytesLeft(), thrown) : thrown;
        }
      },
      load: async () => (await generations()).latest(decodeCheckpoint),
      remove: () => removeRun(runId),
      release,
    };
  },
  async unfinished() {
    try {
      await removeStrays();
    } catch (error) {
      // Without storage there are no runs; whoever reads images here is told.
      if (error instanceof AppError && error.code === 'storage-missing')
        return { runs: [], elsewhere: 0, unreadable: 0 };
      // On a full disk nothing can be tidied up, but what is there can be listed.
      if (!isQuota(error)) throw error;
    }
    const { idle, elsewhere } = await listRuns();
    const found = await Promise.all(
      idle.map(async runId => {
        const checkpoint = await (await runGenerations(runId)).latest(decodeCheckpoint);
        // What cannot be read now, or by this version of the page, is not offered, but not thrown away either.
        return checkpoint ? [summaryOf(checkpoint)] : [];
      }),
    );
    const runs = found.flat().sort((a, b) => b.savedAt - a.savedAt);
    return { runs, elsewhere, unreadable: idle.length - runs.length };
  },
  discard: removeRun,
};

function noRoom(needed: number, left: number, cause: unknown): AppError {
  return new AppError(
    'storage-full',
    `Keeping the run needs ${megabytes(needed)} of the browser’s storage and ${megabytes(left)} are left; a reload would lose all that came after the last kept epoch`,
    'delete saved models or free space on the disk; the run itself goes on',
    { cause },
  );
}

function summaryOf({ run, savedAt, epochs, bestEpoch, partial, masks }: Checkpoint): UnfinishedRun {
  return { run, savedAt, epochs, step: partial?.step ?? 0, bestEpoch, masks: masks.map(epoch => [...epoch]) };
}
