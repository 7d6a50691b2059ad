/** The records of the run book: each run's is written while it goes on; all can be listed, read and changed. */

import * as v from 'valibot';
import type { Weights } from '../../engine/engine.ts';
import { type DatasetSummary, originalHash, type Split, sameImages } from '../../protocol/dataset.ts';
import type { DeviceReport } from '../../protocol/device.ts';
import { AppError } from '../../protocol/errors.ts';
import { type KeptRun, type KeptRuns, keptRun, RUN_RECORD_VERSION } from '../../protocol/kept-runs.ts';
import { megabytes } from '../../protocol/megabytes.ts';
import type { EpochRecord, StartRun } from '../../protocol/run.ts';
import type { TestResult } from '../../protocol/scores.ts';
import { seenBy } from '../../protocol/seen-images.ts';
import type { TrainingFeatures } from '../../protocol/training-features.ts';
import type { RunBook } from '../../store/run-book.ts';
import { bytesLeft, isQuota } from '../../store/space.ts';

/** A run's record in the book. Training does not wait for it: of several changes during a write, only the last is written. */
export class RunEntry {
  readonly #book: RunBook;
  #record: KeptRun;
  #weights: Weights | undefined;
  #writing: Promise<void> | null = null;
  #changed = false;
  #failure: AppError | null = null;

  private constructor(book: RunBook, record: KeptRun) {
    this.#book = book;
    this.#record = record;
  }

  /** A new record, or the run's own where it goes on. Name and note stay. */
  static async open(book: RunBook, run: StartRun, device: DeviceReport): Promise<RunEntry> {
    const before = await readRun(book, run.runId).catch(() => undefined);
    // Equal set-ups are told apart by their number. A book that cannot be read says so when it is written.
    const number = before ? 0 : (await book.list().catch(() => [])).length + 1;
    return new RunEntry(book, { ...firstRecord(run, Date.now(), number), ...before, device, state: 'going' });
  }

  /** A run that ends before its first epoch leaves no record. */
  end(state: KeptRun['state']): void {
    if (this.#record.epochs.length > 0) this.#change({ state });
  }

  best(epoch: number, weights: Weights): void {
    if (epoch > 0) this.#change({ bestEpoch: epoch }, weights);
  }

  /** Of the best epoch's weights. */
  features(trainingFeatures: TrainingFeatures): void {
    this.#change({ trainingFeatures });
  }

  #change(
    change: Partial<Pick<KeptRun, 'state' | 'bestEpoch' | 'epochs' | 'trainingFeatures'>>,
    weights?: Weights,
  ): void {
    this.#record = { ...this.#record, ...change, savedAt: Date.now() };
    if (weights) {
      this.#weights = weights;
      this.#record.bytes = [...weights.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    }
    this.#changed = true;
    this.#writing ??= this.#write();
  }

  epoch(record: EpochRecord): void {
    // A run that goes on in the middle tells no epoch twice, but may go back behind what the book has.
    const before = this.#record.epochs.filter(({ epoch }) => epoch < record.epoch);
    this.#change({ epochs: [...before, record] });
  }

  /** Waits until nothing is being written: why the last write failed, or null. */
  async settled(): Promise<AppError | null> {
    await this.#writing;
    return this.#failure;
  }

  async #write(): Promise<void> {
    while (this.#changed) {
      this.#changed = false;
      const weights = this.#weights;
      this.#weights = undefined;
      try {
        await inTurn(async () => {
          // A name or note given meanwhile is the person's own.
          const given = await readRun(this.#book, this.#record.id).catch(() => undefined);
          const { name, note } = given ?? this.#record;
          this.#record = { ...this.#record, name, note };
          await this.#book.put(this.#record.id, this.#record, weights);
        });
        this.#failure = null;
      } catch (cause) {
        this.#failure = await whyNotKept(this.#record.bytes, cause);
      }
    }
    this.#writing = null;
  }
}

export async function listRuns(book: RunBook): Promise<KeptRuns> {
  const records = (await book.list()).map(record => v.safeParse(keptRun, record));
  const runs = records.flatMap(({ success, output }) => (success ? [output as KeptRun] : []));
  runs.sort((a, b) => b.startedAt - a.startedAt);
  return { runs, unreadable: records.length - runs.length };
}

/** Throws AppError 'no-model' where there is no such run, or it cannot be read. */
export async function readRun(book: RunBook, id: string): Promise<KeptRun> {
  const parsed = v.safeParse(keptRun, await book.get(id));
  if (parsed.success) return parsed.output;
  throw new AppError('no-model', 'This run is not in the list any more', 'choose another one');
}

export async function describeRun(book: RunBook, id: string, name: string, note: string): Promise<void> {
  const trimmed = name.trim();
  if (!trimmed || trimmed.length > 100 || note.length > 2000)
    throw new AppError(
      'bad-settings',
      `A run's name needs 1 to 100 characters and its note at most 2000, and these have ${trimmed.length} and ${note.length}`,
      'type another one',
    );
  await inTurn(async () => book.put(id, { ...(await readRun(book, id)), name: trimmed, note }));
}

/** Runs whose weights could be dropped: all but the newest that has some, and one that goes on. */
export async function runsWithOldWeights(book: RunBook): Promise<readonly KeptRun[]> {
  const { runs } = await listRuns(book);
  return runs.filter(({ bytes, state }) => bytes > 0 && state !== 'going').slice(1);
}

/** Settings, curves and scores stay. */
export async function dropOldWeights(book: RunBook): Promise<void> {
  for (const { id } of await runsWithOldWeights(book))
    await inTurn(async () => book.putWithoutWeights(id, { ...(await readRun(book, id)), bytes: 0 }));
}

/** Nothing happens where the run was deleted meanwhile, or the images are not those that it held out. */
export async function noteTest(
  book: RunBook,
  id: string,
  { dataset, split, result }: { dataset: DatasetSummary; split: Split; result: TestResult },
): Promise<void> {
  await inTurn(async () => {
    const run = await readRun(book, id).catch(() => undefined);
    const same =
      run !== undefined && sameImages(run.dataset, dataset) && asText(run.split) === asText(splitFacts(split));
    if (run && same) await book.put(id, { ...run, test: result });
  });
}

function asText({ seed, ratios, file, fold, subset, train, validation, test }: KeptRun['split']): string {
  const series = [fold, subset].map(one => one && [one.id, one.index, one.of]);
  return JSON.stringify([seed, ratios.train, ratios.validation, ratios.test, file, series, train, validation, test]);
}

function splitFacts({ seed, ratios, file, fold, subset, train, validation, test }: Split): KeptRun['split'] {
  return {
    ...{ seed, ratios, train: train.length, validation: validation.length, test: test.length },
    ...(file === undefined ? {} : { file }),
    ...(fold && { fold }),
    ...(subset && { subset }),
  };
}

let last: Promise<unknown> = Promise.resolve();

/** One change of the book after another: each reads what it changes. */
export function inTurn<T>(task: () => Promise<T>): Promise<T> {
  const turn = last.then(task);
  last = turn.catch(() => {});
  return turn;
}

/** What a run is called until somebody says otherwise. */
export function firstName(
  number: number,
  { arch, size, filters }: StartRun['settings'],
  { fold, subset }: Pick<Split, 'fold' | 'subset'> = {},
): string {
  const which = fold
    ? `, fold ${fold.index + 1} of ${fold.of}`
    : subset
      ? `, ${Math.round(subset.share * 100)} % of the images`
      : '';
  return `Run ${number}${which}: ${arch} ${size} f${filters}`;
}

function firstRecord(run: StartRun, now: number, number: number): KeptRun {
  const { runId, settings, dataset, split, startedFrom } = run;
  const seen = seenBy(run);
  return {
    version: RUN_RECORD_VERSION,
    id: runId,
    name: firstName(number, settings, split),
    ...(startedFrom === undefined ? {} : { startedFrom }),
    note: '',
    startedAt: now,
    savedAt: now,
    state: 'going',
    settings,
    dataset: {
      ...{ hash: dataset.hash, source: dataset.source, pairs: dataset.ids.length, size: dataset.size },
      ...(dataset.corrected && { original: originalHash(dataset), corrected: dataset.corrected.length }),
    },
    split: splitFacts(split),
    ...(seen === undefined ? {} : { seen }),
    device: null,
    epochs: [],
    bestEpoch: null,
    test: null,
    bytes: 0,
  };
}

/** Why a record of so many bytes was not written. */
export async function whyNotKept(bytes: number, cause: unknown): Promise<AppError> {
  return isQuota(cause) ? await noRoom(bytes, cause) : notKept(cause);
}

function notKept(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError(
    'storage-full',
    'The list of runs could not save this run',
    'delete older runs or models, and save this model or its report',
    { cause },
  );
}

/** Says how many bytes are needed and left. */
async function noRoom(bytes: number, cause: unknown): Promise<AppError> {
  return new AppError(
    'storage-full',
    `Keeping this run in the list of runs needs ${megabytes(bytes)} of the browser’s storage and ${megabytes(await bytesLeft())} are left`,
    'delete older runs or models, and save this model or its report',
    { cause },
  );
}
