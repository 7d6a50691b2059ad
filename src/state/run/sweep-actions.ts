/** A queue of runs, one after another: each is trained and scored on the test split, and kept like any other run. */
import { greatest } from 'd3-array';
import { type Action, action, type Refusal } from '../action.ts';
import type { Context } from '../context.ts';
import { testOf } from '../inference/results.ts';
import { anyOf, noSplit, queueGoing, reading, running } from '../refusals.ts';
import { runEnd } from './run-end.ts';
import type { SweepRun } from './run-view.ts';
import type { SweepChange } from './sweep.ts';

interface Actions {
  changeSettings(change: SweepChange): string | null;
  startTraining(): Promise<void>;
  runTest(): Promise<void>;
  readonly loadRun: Action<[runId: string], void>;
}

const noSweep: Refusal = { code: 'wrong-state', happened: 'No sweep is going on', remedy: 'start one first' };

/** By validation: the test part takes no part in choosing. */
export function bestOf(runs: readonly SweepRun[]): SweepRun | undefined {
  const done = runs.filter(({ state, valDice }) => state === 'done' && valDice !== null);
  return greatest(done, ({ valDice }) => valDice);
}

export function createSweepActions(context: Context, actions: Actions) {
  const { get, set } = context;
  let turn = 0;

  const note = (index: number, change: Partial<SweepRun>) =>
    set(({ sweep }) =>
      sweep
        ? { sweep: { ...sweep, runs: sweep.runs.map((run, i) => (i === index ? { ...run, ...change } : run)) } }
        : {},
    );

  const all = async (mine: number) => {
    const first = get().settings;
    for (const [index, { change }] of (get().sweep?.runs ?? []).entries()) {
      if (mine !== turn) break;
      note(index, { state: 'going' });
      const before = get().run?.id;
      const wrong = actions.changeSettings({ ...first, ...change });
      if (!wrong) await actions.startTraining();
      const { run } = get();
      // What was wrong is told by whoever refused it.
      if (!run || run.id === before) {
        note(index, { state: 'failed' });
        continue;
      }
      note(index, { runId: run.id });
      const { state, bestEpoch, epochs } = await runEnd(context, run.id);
      const valDice = epochs.find(({ epoch }) => epoch === bestEpoch)?.valDice ?? null;
      note(index, { valDice });
      if (state !== 'done' || mine !== turn) {
        note(index, { state: state === 'done' ? 'stopped' : 'failed' });
        continue;
      }
      await actions.runTest();
      note(index, { state: 'done', testDice: testOf(get())?.outcome.result.meanDice ?? null });
    }
    actions.changeSettings(first);
    if (mine !== turn) return;
    const { sweep } = get();
    const best = bestOf(sweep?.runs ?? []);
    const isCurrent = () => best !== undefined && get().model?.keptRun === best.runId;
    // Of older runs the weights may have given way to newer ones'.
    if (best?.runId && !isCurrent() && !actions.loadRun.refusal(get(), best.runId)) await actions.loadRun(best.runId);
    if (isCurrent()) set({ message: 'The run with the highest validation Dice is the current model' });
    set(({ sweep }) => (sweep && mine === turn ? { sweep: { ...sweep, going: false } } : {}));
  };

  return {
    /** Trains and tests with each of these changes of the settings, one after another. Resolves when the last has come to its end. */
    startSweep: action(
      context,
      anyOf(queueGoing, running, reading, noSplit),
      (changes: readonly SweepChange[]) => {
        const runs = changes.map(change => ({
          ...{ change, state: 'waiting' as const, runId: null, valDice: null, testDice: null },
        }));
        set({ sweep: { going: true, runs } });
        return all(++turn);
      },
      undefined,
    ),
    /** The run that is going on goes on; none follows it. */
    stopSweep: action(
      context,
      ({ sweep }) => (sweep?.going ? null : noSweep),
      async () => {
        turn++;
        set(({ sweep }) => (sweep ? { sweep: { ...sweep, going: false } } : {}));
      },
      undefined,
    ),
  };
}
