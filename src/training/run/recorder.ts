/**
 * Writes a run's checkpoints while its training goes on. Owns the history that goes into each. Warns once where one cannot be written;
 * the run goes on.
 */
import type { OptimizerState, Weights } from '../../engine/engine.ts';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import { AppError } from '../../protocol/errors.ts';
import type { EpochRecord, StartRun } from '../../protocol/run.ts';
import { leastMissed, MOST_SNAPSHOTS } from '../../protocol/thinning.ts';
import type { RunRecord } from './checkpoints.ts';
import type { Errors, PartialEpoch } from './course.ts';

/** A write that has given no answer for this long counts as failed: a run must not wait for a disk that is gone. */
const SAVE_MS = 30_000;

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class Recorder {
  readonly #run: StartRun;
  readonly #record: RunRecord;
  readonly #tellKept: (epoch: number, step: number) => void;
  readonly #warn: (error: AppError) => void;
  readonly #epochs: EpochRecord[];
  readonly #masks: (readonly Uint8Array[])[];
  #best: Weights;
  #bestEpoch: number | null;
  #saving: Promise<void> = Promise.resolve();
  #warned = false;
  #busy = false;
  #stopped = false;

  /** `kept` is told up to which epoch, and how many steps of the next, the run is saved. */
  constructor(
    run: StartRun,
    record: RunRecord,
    { kept, warn }: { kept: (epoch: number, step: number) => void; warn: (error: AppError) => void },
    from?: Checkpoint,
  ) {
    this.#run = run;
    this.#record = record;
    this.#tellKept = kept;
    this.#warn = warn;
    this.#epochs = [...(from?.epochs ?? [])];
    this.#masks = [...(from?.masks ?? [])];
    this.#best = from?.best ?? new Map();
    this.#bestEpoch = from?.bestEpoch ?? null;
  }

  best(epoch: number, weights: Weights): void {
    this.#best = weights;
    this.#bestEpoch = epoch;
  }

  epoch(record: EpochRecord, masks: readonly Uint8Array[]): void {
    this.#epochs.push(record);
    // Copies: the given ones go to the page.
    this.#masks.push(masks.map(mask => mask.slice()));
    const kept = this.#masks.flatMap((masks, i) => (masks.length > 0 ? [i] : []));
    if (kept.length <= MOST_SNAPSHOTS) return;
    const gone = kept[leastMissed(kept, i => kept[i] === (this.#bestEpoch ?? 0) - 1)];
    if (gone !== undefined) this.#masks[gone] = [];
  }

  /** Whether the last checkpoint could not be written and a warning was sent. */
  get warned(): boolean {
    return this.#warned;
  }

  /** A checkpoint is being written. Epochs may be shorter than that: then the next one's is left out, so that none pile up. */
  get busy(): boolean {
    return this.#busy;
  }

  /** The person has stopped the run: what is saved from now on says so. */
  stop(): void {
    this.#stopped = true;
  }

  save(weights: Weights, optimizer: OptimizerState, partial?: PartialEpoch, errors?: Errors): void {
    this.#busy = true;
    const checkpoint: Checkpoint = {
      run: this.#run,
      savedAt: Date.now(),
      epochs: [...this.#epochs],
      bestEpoch: this.#bestEpoch,
      ...(this.#stopped ? { stopped: true } : {}),
      partial,
      errors,
      weights,
      optimizer,
      best: this.#best,
      masks: [...this.#masks],
    };
    this.#saving = this.#saving
      .then(() => within(SAVE_MS, this.#record.save(checkpoint)))
      .then(() => {
        // A later failure is worth telling again.
        this.#warned = false;
        this.#tellKept(checkpoint.epochs.length, partial?.step ?? 0);
      })
      .catch(cause => this.#tell(cause))
      .finally(() => {
        this.#busy = false;
      });
  }

  #tell(cause: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#warn(
      cause instanceof AppError
        ? cause
        : new AppError(
            'storage-full',
            'The browser could not save the run, and a reload would lose it',
            'make room in the browser’s storage; the run itself goes on',
            { cause },
          ),
    );
  }

  /** The run is over; with `keep` its checkpoints stay, so that it can go on later. */
  async close(keep: boolean): Promise<void> {
    await this.#saving;
    try {
      if (!keep) await within(SAVE_MS, this.#record.remove());
    } catch (cause) {
      // The page would only offer the run again, though it is over.
      this.#tell(cause);
    } finally {
      this.#record.release();
    }
  }
}
