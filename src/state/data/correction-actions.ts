/** Masks corrected by hand: looked at with their versions, saved as further ones, and taken away with the data set. */
import type { MaskHistory, MaskOrigin, WholePicture } from '../../protocol/corrections.ts';
import { type PairPart, partsById } from '../../protocol/dataset.ts';
import { type Framing, samePreparation } from '../../protocol/preparation.ts';
import { sameRefinements } from '../../protocol/scores.ts';
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { heldOutBy } from '../library/cross-validation.ts';
import { showModel } from '../library/model-pictures.ts';
import { anyOf, noData, noFiles, reading, runGoingOn } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';

/** A run goes on with the masks that it began with, so masks may be corrected meanwhile. */
const refusesCorrections = anyOf(noFiles, reading);

export interface OpenMask {
  readonly picture: WholePicture;
  readonly history: MaskHistory;
}

/** Of one image, by the current model. */
export interface MaskPrediction {
  /** Probabilities [size,size] of the square that `framing` makes of the image. */
  readonly values: Float32Array<ArrayBuffer>;
  readonly size: number;
  readonly framing: Framing;
  /** The model's origin, for people. */
  readonly model: string;
  /** At which masks are cut. */
  readonly threshold: number;
}

/** The part that a pair is in; none for one that is not in the split. */
export function partOf({ dataset, currentSplit }: StudioState, id: string): PairPart | undefined {
  return dataset ? partsById(dataset, currentSplit).get(id) : undefined;
}

export function createCorrectionActions(context: Context) {
  const { get, set, ask, attempt } = context;
  return {
    /** Opens the mask editor on a pair. */
    correctMask: action(
      context,
      refusesCorrections,
      async (id: string) => {
        set({ editing: { id } });
      },
      undefined,
    ),
    closeEditor: () => set({ editing: null }),
    /** What the editor shows of a pair; null where that failed (a problem is shown). */
    openMask: (id: string): Promise<OpenMask | null> =>
      attempt(async () => {
        const [picture, history] = await Promise.all([ask.data.wholePicture({ id }), ask.data.maskHistory({ id })]);
        return { picture, history };
      }, null),
    /**
     * What a model makes of the pair, to be compared with and copied: the current one, or in a review by cross-validation the one that has not
     * seen it. null where there is none for these images, or a run has the device.
     */
    maskPrediction: (id: string): Promise<MaskPrediction | null> =>
      attempt(async () => {
        const { dataset, model, refinements, byValidation, review, keptRuns } = get();
        const index = dataset?.ids.indexOf(id) ?? -1;
        if (!dataset || index < 0 || runGoingOn(get())) return null;
        if (review?.crossValidation !== undefined) {
          const run = heldOutBy(keptRuns.runs, review.crossValidation, id);
          // One that has learnt the mask by heart would agree with it.
          if (!run || !samePreparation(dataset, run.settings)) return null;
          const { size, probability } = await ask.library.runPicture({ runId: run.id, dataset, index });
          const values = Float32Array.from(probability ?? [], level => level / 255);
          return { values, size, framing: dataset.framing, model: run.name, threshold: 0.5 };
        }
        if (!model || !samePreparation(dataset, model)) return null;
        const values = await ask.inference.probabilities({ dataset, index, refinements });
        const known = byValidation ? model.thresholds?.find(found => sameRefinements(found, refinements)) : undefined;
        const { size, framing } = dataset;
        return { values, size, framing, model: model.origin, threshold: known?.value ?? 0.5 };
      }, null),
    /** Keeps what is drawn; null forgets it. Whether that held. */
    keepDraft: (
      id: string,
      draft: { readonly mask: Uint8Array<ArrayBuffer>; readonly origin: MaskOrigin; readonly steps: number } | null,
    ): Promise<boolean> =>
      attempt(async () => {
        await ask.data.keepDraft({ id, draft });
        return true;
      }, false),
    /** Another version, which is used from now on; null where that failed (a problem is shown). */
    saveMask: action(
      context,
      refusesCorrections,
      async (id: string, mask: Uint8Array<ArrayBuffer>, origin: MaskOrigin): Promise<MaskHistory | null> => {
        const { dataset, read } = await ask.data.saveMask({ id, mask, origin });
        // The same images in the same order: the split stays, and no image changes its part.
        set({ dataset, datasetAsRead: read, message: `Mask of ${id} saved` });
        if (!runGoingOn(get())) await showModel(context);
        return ask.data.maskHistory({ id });
      },
      null,
    ),
    /** Images and present masks as a zip; null where that failed (a problem is shown). */
    exportDataSet: action(
      context,
      anyOf(noData, noFiles, reading, ({ exporting }) =>
        exporting
          ? { code: 'wrong-state', happened: 'The data set is being exported', remedy: 'wait until that is done' }
          : null,
      ),
      async (): Promise<{ name: string; blob: Blob } | null> => {
        set({ exporting: { done: 0, total: get().dataset?.ids.length ?? 0 } });
        try {
          const { zip } = await ask.data.exportDataSet();
          return { name: 'lesion-studio-data-set.zip', blob: zip };
        } finally {
          set({ exporting: null });
        }
      },
      null,
    ),
  };
}
