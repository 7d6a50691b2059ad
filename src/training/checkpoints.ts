/** A run's checkpoints while it goes on, and those that runs left behind. */
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../formats/checkpoint.ts';
import { AppError } from '../protocol/errors.ts';
import type { UnfinishedRun } from '../protocol/training.ts';
import { holdRun, idleRuns, removeRun, removeStrays, runGenerations } from '../store/runs.ts';

/** One run's place, held for as long as it goes on. */
export interface RunRecord {
  save(checkpoint: Checkpoint): Promise<void>;
  /** The newest whole checkpoint. */
  load(): Promise<Checkpoint | undefined>;
  /** The run is over: nothing of it is kept here. */
  remove(): Promise<void>;
  release(): void;
}

export interface RunStore {
  /** Throws `wrong-state` where the run goes on in another tab. */
  open(runId: string): Promise<RunRecord>;
  /** Runs that ended before their last epoch and go on nowhere, the newest first. */
  unfinished(): Promise<UnfinishedRun[]>;
  discard(runId: string): Promise<void>;
}

export const runStore: RunStore = {
  async open(runId) {
    const release = await holdRun(runId);
    const generations = await runGenerations(runId).catch(error => {
      release();
      throw error;
    });
    return {
      save: async checkpoint =>
        generations.publish(await encodeCheckpoint(checkpoint), [checkpoint.run.dataset.cacheId]),
      load: () => generations.latest(decodeCheckpoint),
      remove: () => removeRun(runId),
      release,
    };
  },
  async unfinished() {
    try {
      await removeStrays();
    } catch (error) {
      // Without storage there are no runs; whoever reads images here is told.
      if (error instanceof AppError && error.code === 'storage-missing') return [];
      throw error;
    }
    const found = await Promise.all(
      (await idleRuns()).map(async runId => {
        const checkpoint = await (await runGenerations(runId)).latest(decodeCheckpoint);
        // What cannot be read now, or by this version of the page, is not offered, but not thrown away either.
        return checkpoint ? [summaryOf(checkpoint)] : [];
      }),
    );
    return found.flat().sort((a, b) => b.savedAt - a.savedAt);
  },
  discard: removeRun,
};

function summaryOf({ run, savedAt, epochs, bestEpoch, masks }: Checkpoint): UnfinishedRun {
  return { run, savedAt, epochs, bestEpoch, masks: masks.map(epoch => [...epoch]) };
}
