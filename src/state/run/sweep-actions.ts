/** A queue of runs, one after another: each is trained and scored on the test split, and kept like any other run. */
import { greatest } from 'd3-array';
import { type Action, action, type Refusal } from '../action.ts';
import type { Context } from '../context.ts';
import { testOf } from '../inference/results.ts';
import { anyOf, noSplit, reading, running } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import type { RunView, SweepRun } from './run-view.ts';
import type { SweepChange } from './sweep.ts';

/** Longer than it takes a run to be taken up again after a failure. */
const GIVEN_UP_MS = 15_000;

interface Actions {
  changeSettings(change: SweepChange): string | null;
  startTraining(): Promise<void>;
  runTest(): Promise<void>;
  readonly loadRun: Action<[runId: string], void>;
}

const sweepGoing: Refusal = { code: 'wrong-state', happened: 'A sweep is going on', remedy: 'stop it first' };
const noSweep: Refusal = { code: 'wrong-state', happened: 'No sweep is going on', remedy: 'start one first' };

/** By validation: the test part takes no part in choosing. */
export function bestOf(runs: readonly SweepRun[]): SweepRun | undefined {
  const done = runs.filter(({ state, valDice }) => state === 'done' && valDice !== null);
  return greatest(done, ({ valDice }) => valDice);
}

export function createSweepActions(context: Context, actions: Actions) {
  const { get, set, subscribe } = context;
  let turn = 0;

  const note = (index: number, change: Partial<SweepRun>) =>
    set(({ sweep }) =>
      sweep
        ? { sweep: { ...sweep, runs: sweep.runs.map((run, i) => (i === index ? { ...run, ...change } : run)) } }
        : {},
    );

  /** The run once it is over, whatever became of it in between. */
  const over = (id: string) =>
    new Promise<RunView>(resolve => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const look = () => {
        const { run } = get();
        if (run?.id !== id) return;
        const finish = () => {
          stop();
          clearTimeout(timer);
          resolve(run);
        };
        if (run.state === 'done') return finish();
        clearTimeout(timer);
        if (run.state === 'failed') timer = setTimeout(finish, GIVEN_UP_MS);
      };
      const stop = subscribe(look);
      look();
    });

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
      const { state, bestEpoch, epochs } = await over(run.id);
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
      anyOf(({ sweep }: StudioState) => (sweep?.going ? sweepGoing : null), running, reading, noSplit),
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
