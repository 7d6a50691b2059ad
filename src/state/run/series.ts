/**
 * A queue of runs that belong together, each with a division of its own: trained, tested and kept one after another. What was done is read
 * from the list of runs, so that after a reload the rest can follow.
 */
import type { KeptRun } from '../../protocol/kept-runs.ts';
import type { UnfinishedRun } from '../../protocol/run.ts';
import type { Action } from '../action.ts';
import type { Context } from '../context.ts';
import type { SeriesMember } from '../library/series.ts';
import { runEnd } from './run-end.ts';
import { type RunWanted, startRun } from './start-run.ts';

export interface SeriesActions {
  runTest(): Promise<void>;
  continueRun(runId: string): Promise<void>;
  readonly loadRun: Action<[runId: string], void>;
}

export interface SeriesKind {
  /** Which of such a series a division is of, if of any. */
  memberOf(split: UnfinishedRun['run']['split'] | KeptRun['split']): SeriesMember | undefined;
  kept(member: SeriesMember): KeptRun | null;
  isDone(run: KeptRun | null): boolean;
  /** What a member's run is begun with. */
  wanted(member: SeriesMember): Promise<RunWanted>;
  /** Told before each one. */
  onTurn(member: SeriesMember): void;
}

export function createSeries(context: Context, actions: SeriesActions) {
  const { get, attempt } = context;
  let turn = 0;

  /** Makes the member's model the current one; false where that was stopped or failed. What failed has been told. */
  const train = async (member: SeriesMember, kind: SeriesKind): Promise<boolean> => {
    const isOf = (split: Parameters<SeriesKind['memberOf']>[0] | undefined) => {
      const found = split && kind.memberOf(split);
      return found?.id === member.id && found.index === member.index;
    };
    const kept = kind.kept(member);
    if (kept?.state === 'finished' && kept.bytes > 0) {
      await actions.loadRun(kept.id);
      return get().model?.keptRun === kept.id;
    }
    const cut = get().unfinished.find(({ run }) => isOf(run.split));
    if (cut) await actions.continueRun(cut.run.runId);
    else if (!(await attempt(() => begin(kind, member), false))) return false;
    const { run } = get();
    if (!run || !isOf(run.split)) return false;
    const { state, stopped } = await runEnd(context, run.id);
    return state === 'done' && !stopped;
  };

  const begin = async (kind: SeriesKind, member: SeriesMember) => {
    await startRun(context, await kind.wanted(member));
    return true;
  };

  return {
    /** No run follows the one that is going on. */
    stop(): void {
      turn++;
    },
    /** Resolves once all are done, or one of them was stopped or failed; false where another series, or `stop`, came between. */
    async run({ id, of }: Omit<SeriesMember, 'index'>, kind: SeriesKind): Promise<boolean> {
      const mine = ++turn;
      for (let index = 0; index < of && mine === turn; index++) {
        const member = { id, index, of };
        if (kind.isDone(kind.kept(member))) continue;
        kind.onTurn(member);
        if (!(await train(member, kind)) || mine !== turn) break;
        if (kind.isDone(kind.kept(member))) continue;
        await actions.runTest();
        if (!kind.isDone(kind.kept(member))) break;
      }
      return mine === turn;
    },
  };
}
