/**
 * How a run begins, goes on, and survives: the commands to the training worker, with what the store says meanwhile. When a run
 * goes on by itself is decided in recovery.ts.
 */
import { AppError, type ErrorData, fromErrorData } from '../../protocol/errors.ts';
import type { RunState, StartRun, UnfinishedRun } from '../../protocol/run.ts';
import type { Context } from '../context.ts';
import { tellMemory } from '../device/device-actions.ts';
import { tellAddress } from '../tell-address.ts';
import { keptAt, recovers, recoveryText, smallerBatch } from './recovery.ts';
import { newRun } from './run-events.ts';
import type { RunView } from './run-view.ts';
import { noSteps, stepsUpTo } from './step-curve.ts';

function startOf({ id: runId, settings, dataset, split, startedFrom, seenBefore, pinned }: RunView): StartRun {
  const from = startedFrom === undefined ? {} : { startedFrom, seenBefore };
  return { runId, settings, dataset, split, ...from, ...(pinned === undefined ? {} : { pinned: [...pinned] }) };
}

/** After the settings became another run's: the address and the memory estimate follow. */
async function tellSettings(context: Context): Promise<void> {
  tellAddress(context);
  await tellMemory(context);
}

export async function listUnfinished({ set, ask }: Context): Promise<void> {
  const { runs, elsewhere, unreadable } = await ask.run.unfinished();
  set({ unfinished: runs, otherRuns: { elsewhere, unreadable } });
}

/** Results stay with the model that they are of (inference/results.ts): there is nothing of them to clear, nor to bring back. */
export async function begin({ get, set, ask }: Context, start: StartRun): Promise<void> {
  const { run, device } = get();
  set({ run: newRun(start, device ?? null), discarded: null, message: null });
  try {
    await ask.run.start({ run: start });
  } catch (thrown) {
    set({ run });
    throw thrown;
  }
}

/** What this page has seen of the run's steps: a checkpoint keeps none. */
function stepsOf(run: RunView | null, { run: { runId, settings, split }, epochs, step }: UnfinishedRun) {
  if (run?.id !== runId) return noSteps;
  const stepsPerEpoch = Math.ceil(split.train.length / settings.batch);
  return stepsUpTo(run.steps, epochs.length + step / stepsPerEpoch);
}

/** Goes on with an unfinished run, on its own data set and settings. */
export async function goOn(context: Context, found: UnfinishedRun): Promise<void> {
  const { get, set, ask } = context;
  const { settings, dataset, split } = found.run;
  const before = get();
  set({
    run: { ...newRun(found.run, before.device ?? null, found), steps: stepsOf(before.run, found) },
    ...{ settings, settingsAreFirst: false, split: { seed: split.seed, ratios: split.ratios } },
    // The division of a fold or a learning curve's subset is its own run's alone.
    currentSplit:
      ((split.fold || split.subset) && before.dataset?.hash === dataset.hash && before.currentSplit) || split,
    ...{ dataset, datasetAsRead: before.dataset?.hash === dataset.hash ? before.datasetAsRead : null },
    ...{ discarded: null, message: null },
  });
  try {
    await ask.run.continue({ runId: found.run.runId });
  } catch (thrown) {
    const { run, settings, dataset, datasetAsRead, currentSplit, split } = before;
    set({ run, settings, dataset, datasetAsRead, currentSplit, split });
    throw thrown;
  }
  set(({ unfinished }) => ({ unfinished: unfinished.filter(({ run }) => run.runId !== found.run.runId) }));
  await tellSettings(context);
}

/** After a failure the run goes on by itself where that can help; else the page offers it. `before`: the state in which it failed. */
export async function survive(context: Context, error: ErrorData, before: RunState): Promise<void> {
  const { get, set, ask, report, attempt, restart } = context;
  const { run, engine } = get();
  const batch = run && smallerBatch(run, before, error.code);
  if (run && batch !== null) {
    report(new AppError(error.code, error.happened, `the run starts again with batches of ${batch}`));
    const settings = { ...run.settings, batch };
    set({ settings });
    await tellSettings(context);
    return begin(context, { ...startOf(run), settings });
  }
  if (!run || !recovers(run, before, error.code)) {
    report(fromErrorData(error));
    return listUnfinished(context);
  }
  report(new AppError(error.code, error.happened, recoveryText(run)));
  // A GPU that gives no answer gives none to the next engine of the same worker either.
  if (error.code === 'device-hung') restart.training();
  try {
    set({ device: await ask.device.choose({ engine, threads: context.address.threads }) });
    if (keptAt(run) > 0) await goOn(context, await find(context, run.id));
    else await begin(context, startOf(run));
    const recoveredAt = keptAt(run);
    set(({ run }) => (run ? { run: { ...run, recoveredAt } } : {}));
  } catch (thrown) {
    set({ run: { ...run, state: 'failed' } });
    await attempt(() => listUnfinished(context), undefined);
    if (!(thrown instanceof AppError && thrown.code === 'no-webgpu')) throw thrown;
    set({ device: null });
    throw new AppError(
      'device-lost',
      'The browser gives the page no graphics device any more',
      'restart the browser, open this page and press Continue: it is kept',
      { cause: thrown },
    );
  }
}

/** A run's newest checkpoint, once the worker that wrote it has released it. */
async function find(context: Context, runId: string): Promise<UnfinishedRun> {
  for (let tries = 0; tries < 10; tries++) {
    await listUnfinished(context);
    const found = context.get().unfinished.find(({ run }) => run.runId === runId);
    if (found) return found;
    await new Promise(resolve => setTimeout(resolve, 300));
  }
  throw new AppError('dataset-missing', 'The checkpoint of this run cannot be found', 'start a new run');
}
