/** A queue of runs, one after another: each is trained and scored on the test split, and kept like any other run. */
import type { StoreApi } from 'zustand/vanilla';
import type { RunView, Studio } from '../studio.ts';
import type { SweepChange } from './sweep.ts';

/** Longer than it takes a run to be taken up again after a failure. */
const GIVEN_UP_MS = 15_000;

type Actions = Pick<Studio, 'changeSettings' | 'startTraining' | 'runTest'>;

export function createSweepActions({ getState: get, setState: set, subscribe }: StoreApi<Studio>, actions: Actions) {
  let turn = 0;

  const note = (place: number, change: Partial<NonNullable<Studio['sweep']>['runs'][number]>) =>
    set(({ sweep }) =>
      sweep
        ? { sweep: { ...sweep, runs: sweep.runs.map((run, i) => (i === place ? { ...run, ...change } : run)) } }
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
    for (const [place, { change }] of (get().sweep?.runs ?? []).entries()) {
      if (mine !== turn) break;
      note(place, { state: 'going' });
      const before = get().run?.id;
      const wrong = actions.changeSettings({ ...first, ...change });
      if (!wrong) await actions.startTraining();
      const { run } = get();
      // What was wrong is told by whoever refused it.
      if (!run || run.id === before) {
        note(place, { state: 'failed' });
        continue;
      }
      note(place, { runId: run.id });
      const { state, bestEpoch, epochs } = await over(run.id);
      const valDice = epochs.find(({ epoch }) => epoch === bestEpoch)?.valDice ?? null;
      note(place, { valDice });
      if (state !== 'done' || mine !== turn) {
        note(place, { state: state === 'done' ? 'stopped' : 'failed' });
        continue;
      }
      await actions.runTest();
      note(place, { state: 'done', testDice: get().testOutcome?.result.meanDice ?? null });
    }
    actions.changeSettings(first);
    set(({ sweep }) => (sweep && mine === turn ? { sweep: { ...sweep, going: false } } : {}));
  };

  return {
    startSweep: (changes: readonly SweepChange[]) => {
      const runs = changes.map(change => ({
        ...{ change, state: 'waiting' as const, runId: null, valDice: null, testDice: null },
      }));
      set({ sweep: { going: true, runs } });
      return all(++turn);
    },
    /** The run that is going on goes on; none follows it. */
    stopSweep: () => {
      turn++;
      set(({ sweep }) => (sweep ? { sweep: { ...sweep, going: false } } : {}));
    },
  };
}
