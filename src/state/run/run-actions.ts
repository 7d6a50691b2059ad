/** A run's buttons: start, go on, pause, resume, stop, and what augmentation makes of its images before it. */
import { AppError } from '../../protocol/errors.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import type { AugmentedPair } from '../../protocol/run.ts';
import { type Action, action, type Refusal } from '../action.ts';
import type { Context } from '../context.ts';
import { adoptPretrained } from '../library/model-actions.ts';
import { PRETRAINED } from '../library/pretrained.ts';
import { anyOf, badFields, noDevice, noModel, noRun, noSplit, reading, running, testing } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { goOn, listUnfinished } from './lifecycle.ts';
import { startRun } from './start-run.ts';

/** Pairs that a look at the augmentation shows. */
const PREVIEWED = 4;

const refusesContinuing = anyOf(running, reading, testing, noDevice);
export const refusesStart = anyOf(running, reading, noSplit, noDevice, testing, badFields);

/** What a run on corrected masks begins with. */
export type Base = 'new' | 'pretrained' | 'current';

const isEnsemble: Refusal = {
  code: 'other-network',
  happened: 'The current model is an ensemble, and a run trains one network',
  remedy: 'load the run of one of its networks, or start from new weights',
};

/** The model's weights fit no other network. */
function otherNetwork(
  {
    model,
    settings,
  }: Pick<StudioState, 'settings'> & { readonly model: Pick<ModelInfo, 'arch' | 'filters' | 'networks'> | null },
  title = 'current',
): Refusal | null {
  if (model?.networks !== undefined) return isEnsemble;
  if (!model || (model.arch === settings.arch && model.filters === settings.filters)) return null;
  return {
    code: 'other-network',
    happened: `The ${title} model has other layers: ${model.arch}, ${model.filters} base filters`,
    remedy: 'set the model’s architecture and base filters, or start from new weights',
  };
}

function not(state: string, remedy: string) {
  const refusal: Refusal = { code: 'wrong-state', happened: `The run is not ${state}`, remedy };
  return ({ run }: StudioState) => (run?.state === state ? null : refusal);
}

function refusesBase(state: StudioState, base: Base = 'new'): Refusal | null {
  if (base === 'pretrained') return otherNetwork({ model: PRETRAINED, settings: state.settings }, 'pre-trained');
  return base === 'current' ? (noModel(state) ?? otherNetwork(state)) : null;
}

const noCorrections: Refusal = {
  code: 'dataset-missing',
  happened: 'No mask of this data set was corrected',
  remedy: 'press Correct mask on a pair',
};

const nothingDiscarded: Refusal = {
  code: 'wrong-state',
  happened: 'No discarded run can be brought back',
  remedy: 'start a new run',
};

const isEnding: Refusal = {
  code: 'wrong-state',
  happened: 'The run is ending already',
  remedy: 'wait until it is done',
};

export function createRunActions(context: Context) {
  const { get, set, ask, attempt } = context;
  let beginning = false;
  /** Ignores a second click before the first has taken effect. */
  const once = <A extends readonly unknown[]>(start: Action<A, void>): Action<A, void> =>
    Object.assign(
      async (...args: A) => {
        if (beginning) return;
        beginning = true;
        try {
          await start(...args);
        } finally {
          beginning = false;
        }
      },
      { refusal: start.refusal },
    );
  return {
    startTraining: once(action(context, refusesStart, () => startRun(context), undefined)),
    /** With the current model's weights instead of new ones. */
    trainOn: once(
      action(
        context,
        anyOf(refusesStart, state => refusesBase(state, 'current')),
        () => startRun(context, { model: get().model }),
        undefined,
      ),
    ),
    /** On all pairs with their masks as they are now, from that base. */
    trainOnCorrections: once(
      action(
        context,
        (state, base?: Base) =>
          refusesStart(state) ?? (state.dataset?.corrected ? refusesBase(state, base) : noCorrections),
        async (base: Base) => {
          if (base === 'pretrained') await adoptPretrained(context);
          await startRun(context, { model: base === 'new' ? null : get().model });
        },
        undefined,
      ),
    ),
    /** Goes on with an unfinished run, on its own data set and settings. */
    continueRun: once(
      action(
        context,
        (state, _runId?: string) => refusesContinuing(state),
        async (runId: string) => {
          const found = get().unfinished.find(other => other.run.runId === runId);
          if (!found) throw new AppError('wrong-state', 'This run is not there any more', 'start a new run');
          await goOn(context, found);
        },
        undefined,
      ),
    ),
    /** The run is offered no more; until another begins or the page is closed, `restoreDiscarded` takes that back. */
    discardRun: (runId: string) =>
      attempt(async () => {
        const discarded = get().unfinished.find(({ run }) => run.runId === runId) ?? null;
        await ask.run.discard({ runId });
        await listUnfinished(context);
        set({ discarded });
      }, undefined),
    restoreDiscarded: action(
      context,
      ({ discarded }) => (discarded ? null : nothingDiscarded),
      async () => {
        const runId = get().discarded?.run.runId;
        set({ discarded: null });
        if (runId !== undefined) await ask.run.restore({ runId });
        await listUnfinished(context);
      },
      undefined,
    ),
    /** Shows its predictions before others', from the next run on if the one at hand does not have them; or no longer. */
    togglePin: (id: string) =>
      set(({ pinned }) => ({ pinned: pinned.includes(id) ? pinned.filter(other => other !== id) : [...pinned, id] })),
    pause: action(context, not('running', 'it can be paused while it trains'), () => ask.run.pause(), undefined),
    resume: action(context, not('paused', 'there is nothing to resume'), () => ask.run.resume(), undefined),
    stop: action(
      context,
      state => noRun(state) ?? (state.run?.state === 'finishing' ? isEnding : null),
      () => ask.run.stop(),
      undefined,
    ),
    /** Some training pairs as they are and as epochs from `epoch` on would see them; null where that failed (a problem is shown). */
    previewAugmentation: action(
      context,
      anyOf(running, noSplit),
      async (epoch: number): Promise<readonly AugmentedPair[] | null> => {
        const { dataset, currentSplit, settings } = get();
        if (!dataset || !currentSplit) return null;
        const places = currentSplit.train.slice(0, PREVIEWED);
        return ask.run.augmented({ dataset, places, settings, epoch });
      },
      null,
    ),
  };
}
