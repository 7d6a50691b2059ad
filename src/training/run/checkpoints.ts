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
  /** Runs that ended before their last epoch. Of those that a person stopped only the newest stays: the others' checkpoints are removed. */
  unfinished(): Promise<UnfinishedRuns>;
  /** From now on `unfinished` leaves it out. Its bytes go with `tidy`, so that this can be taken back until then. */
  discard(runId: string): Promise<void>;
  /** Throws `dataset-missing` where it is gone for good. */
  restore(runId: string): Promise<void>;
  /** Removes what was discarded. */
  tidy(): Promise<void>;
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
    const left = await Promise.all(
      idle.map(async runId => {
        const generations = await runGenerations(runId);
        // What cannot be read now, or by this version of the page, is not offered, but not thrown away either.
        return (await generations.isDiscarded()) ? [] : [(await generations.latest(decodeCheckpoint)) ?? null];
      }),
    );
    const checkpoints = left.flat();
    const runs = checkpoints.flatMap(checkpoint => (checkpoint ? [summaryOf(checkpoint)] : []));
    runs.sort((a, b) => b.savedAt - a.savedAt);
    const unreadable = checkpoints.length - runs.length;
    const offered = await dropOlderStopped(runs);
    return { runs: offered, elsewhere, unreadable };
  },
  async discard(runId) {
    await (await runGenerations(runId)).setDiscarded(true);
  },
  async restore(runId) {
    if (await (await runGenerations(runId)).setDiscarded(false)) return;
    throw new AppError('dataset-missing', 'This run is gone for good', 'start a new run');
  },
  async tidy() {
    for (const runId of (await listRuns()).idle)
      if (await (await runGenerations(runId)).isDiscarded()) await removeIdle(runId);
  },
};

/** `runs`: the newest first. Every stopped run would keep its weights and moments for ever, were the older ones not removed. */
async function dropOlderStopped(runs: readonly UnfinishedRun[]): Promise<UnfinishedRun[]> {
  const older = runs.filter(({ stopped }) => stopped).slice(1);
  for (const { run } of older) await removeIdle(run.runId);
  return runs.filter(run => !older.includes(run));
}

/** Another tab may have taken it up a moment ago: then it is left alone. */
async function removeIdle(runId: string): Promise<void> {
  const release = await holdRun(runId).catch(error => {
    if (error instanceof AppError && error.code === 'wrong-state') return null;
    throw error;
  });
  if (!release) return;
  try {
    await removeRun(runId);
  } finally {
    release();
  }
}

function noRoom(needed: number, left: number, cause: unknown): AppError {
  return new AppError(
    'storage-full',
    `Keeping the run needs ${megabytes(needed)} of the browser’s storage and ${megabytes(left)} are left; a reload would lose all that came after the last kept epoch`,
    'delete saved models or free space on the disk; the run itself goes on',
    { cause },
  );
}

function summaryOf({ run, savedAt, epochs, bestEpoch, stopped, partial, masks }: Checkpoint): UnfinishedRun {
  return {
    ...{ run, savedAt, epochs, step: partial?.step ?? 0, bestEpoch, stopped: stopped ?? false },
    masks: masks.map(epoch => [...epoch]),
  };
}
