/**
 * How a run begins, goes on, and survives: the commands to the training worker, with what the store says meanwhile. When a run
 * goes on by itself is decided in recovery.ts.
 */
import * as v from 'valibot';
import type { StoreApi } from 'zustand/vanilla';
import type { Client } from '../../protocol/client.ts';
import { AppError, type ErrorData, fromErrorData } from '../../protocol/errors.ts';
import {
  deviceReport,
  type RunState,
  type StartRun,
  type TrainingCommand,
  type UnfinishedRun,
  unfinishedRuns,
} from '../../protocol/run.ts';
import type { RunView, Studio } from '../studio.ts';
import { keptAt, recovers, recoveryText, smallerBatch } from './recovery.ts';
import { newRun } from './run-events.ts';

const nothing = v.unknown();

function startOf({ id: runId, settings, dataset, split, startedFrom }: RunView): StartRun {
  return { runId, settings, dataset, split, ...(startedFrom === undefined ? {} : { startedFrom }) };
}

export interface RunContext {
  readonly get: StoreApi<Studio>['getState'];
  readonly set: StoreApi<Studio>['setState'];
  readonly training: Client<TrainingCommand>;
  readonly report: (thrown: unknown) => void;
  readonly attempt: <T>(action: () => Promise<T>, otherwise: T) => Promise<T>;
  /** The settings are another run's now: whatever shows them must follow. */
  readonly told: () => Promise<void>;
}

export function createRunActions({ get, set, training, report, attempt, told }: RunContext) {
  const listUnfinished = async () => {
    const { runs, elsewhere, unreadable } = await training.ask({ type: 'unfinished' }, unfinishedRuns);
    set({ unfinished: runs, otherRuns: { elsewhere, unreadable } });
  };

  /** After a run failed: it goes on by itself where that can help, and else is offered. */
  const survive = async (error: ErrorData, before: RunState): Promise<void> => {
    const { run, engine } = get();
    const batch = run && smallerBatch(run, before, error.code);
    if (run && batch !== null) {
      report(new AppError(error.code, error.happened, `the run starts again with batches of ${batch}`));
      const settings = { ...run.settings, batch };
      set({ settings });
      await told();
      return begin({ ...startOf(run), settings });
    }
    if (!run || !recovers(run, before, error.code)) {
      report(fromErrorData(error));
      return listUnfinished();
    }
    report(new AppError(error.code, error.happened, recoveryText(run)));
    // A GPU that gives no answer gives none to the next engine of the same worker either.
    if (error.code === 'device-hung') training.restart();
    try {
      set({ device: await training.ask({ type: 'device', engine }, deviceReport) });
      if (keptAt(run) > 0) await goOn(await find(run.id));
      else await begin(startOf(run));
      const recoveredAt = keptAt(run);
      set(({ run }) => (run ? { run: { ...run, recoveredAt } } : {}));
    } catch (thrown) {
      set({ run: { ...run, state: 'failed' } });
      await attempt(listUnfinished, undefined);
      if (!(thrown instanceof AppError && thrown.code === 'no-webgpu')) throw thrown;
      set({ device: null });
      throw new AppError(
        'device-lost',
        'The browser gives the page no graphics device any more',
        'restart the browser, open this page and press Continue run: it is kept',
        { cause: thrown },
      );
    }
  };
  /** A run's newest checkpoint, once the worker that wrote it has let go of it. */
  const find = async (runId: string): Promise<UnfinishedRun> => {
    for (let tries = 0; tries < 10; tries++) {
      await listUnfinished();
      const found = get().unfinished.find(({ run }) => run.runId === runId);
      if (found) return found;
      await new Promise(resolve => setTimeout(resolve, 300));
    }
    throw new AppError('dataset-missing', 'What was kept of this run cannot be found', 'start a new run');
  };
  const begin = async (start: StartRun) => {
    const before = { run: get().run, testOutcome: get().testOutcome, modelPictures: get().modelPictures };
    set({
      run: newRun(start, get().device ?? null),
      testOutcome: null,
      outlines: null,
      modelPictures: [],
      message: null,
    });
    try {
      await training.ask({ type: 'start', run: start }, nothing);
    } catch (thrown) {
      set(before);
      throw thrown;
    }
  };
  const goOn = async (found: UnfinishedRun) => {
    const { settings, dataset, split } = found.run;
    const before = get();
    set({
      run: newRun(found.run, before.device ?? null, found),
      ...{ settings, dataset, currentSplit: split, split: { seed: split.seed, ratios: split.ratios } },
      ...{ testOutcome: null, outlines: null, modelPictures: [], message: null },
    });
    try {
      await training.ask({ type: 'continue', runId: found.run.runId }, nothing);
    } catch (thrown) {
      const { run, settings, dataset, currentSplit, split, testOutcome, modelPictures } = before;
      set({ run, settings, dataset, currentSplit, split, testOutcome, modelPictures });
      throw thrown;
    }
    set(({ unfinished }) => ({ unfinished: unfinished.filter(({ run }) => run.runId !== found.run.runId) }));
    await told();
  };

  return { listUnfinished, begin, goOn, survive };
}
