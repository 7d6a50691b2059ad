/**
 * Outlines corrected where they stand: of images that are no pairs of a data set. They are kept with the outlines, as long as the page is
 * open, and go with them into files and data sets.
 */
import type { MaskDraft, MaskHistory, MaskOrigin, MaskVersion } from '../../protocol/corrections.ts';
import { preparationOf } from '../../protocol/preparation.ts';
import type { ReviewOutcome } from '../../protocol/review.ts';
import { action, type Refusal } from '../action.ts';
import type { Context } from '../context.ts';
import type { MaskPrediction, OpenMask } from '../data/correction-actions.ts';
import { runGoingOn } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import type { OutlinedImage, Outlines } from './inference-state.ts';
import { outlinesOf } from './results.ts';
import { nextToReview } from './review-state.ts';

export function noOutlines(state: StudioState): Refusal | null {
  if (outlinesOf(state)) return null;
  return { code: 'wrong-state', happened: 'Nothing is outlined yet', remedy: 'choose images to outline first' };
}

/** Sides of the square in which a corrected outline is shown, at least: finer than many a network's. */
const SHOWN_SIDE = 256;

interface Draft extends MaskDraft {
  readonly made: number;
  readonly place: number;
}

export function createOutlineCorrectionActions(context: Context) {
  const { get, set, ask, attempt } = context;
  /** What was drawn last and not saved. */
  let draft: Draft | null = null;

  const imageAt = (place: number): { made: number; image: OutlinedImage } | null => {
    const outlines = outlinesOf(get());
    const image = outlines?.images.find(each => each.place === place);
    return outlines && image ? { made: outlines.made, image } : null;
  };

  const editAt = (place: number) => {
    const found = imageAt(place);
    set({ editing: found && { id: found.image.name, outline: place } });
  };

  const change = (to: (outlines: Outlines) => Partial<Outlines>) =>
    set(({ results }) => {
      const { outlines } = results;
      return outlines ? { results: { ...results, outlines: { ...outlines, ...to(outlines) } } } : {};
    });

  const historyOf = async (place: number): Promise<MaskHistory | null> => {
    const found = imageAt(place);
    if (!found) return null;
    const { width, height, png, corrected } = found.image;
    const own = draft?.place === place && draft.made === found.made ? draft : null;
    return {
      ...{ width, height, versions: [...(corrected?.versions ?? [])] },
      original: corrected?.original ?? (await ask.data.codedOutline({ png })),
      draft: own && { at: own.at, origin: own.origin, mask: own.mask, steps: own.steps },
    };
  };

  return {
    /** Opens the mask editor on an outlined image. */
    correctOutline: action(
      context,
      noOutlines,
      async (place: number) => {
        editAt(place);
      },
      undefined,
    ),
    /** Opens the editor on the first of these places, to go through all of them. */
    reviewOutlines: action(
      context,
      noOutlines,
      async (queue: readonly number[]) => {
        const [first] = queue;
        if (first === undefined) return;
        change(() => ({ review: { queue, outcomes: {} } }));
        editAt(first);
      },
      undefined,
    ),
    /** Writes down what came of an outline, and opens the next that nobody has looked at; what is left out is none of the outlines any more. */
    outlineReviewed(place: number, outcome: ReviewOutcome): void {
      const review = outlinesOf(get())?.review;
      if (!review) return;
      const { queue } = review;
      const outcomes = { ...review.outcomes, [place]: outcome };
      change(({ images, rejected }) => ({
        review: { queue, outcomes },
        ...(outcome === 'left out' && {
          images: images.filter(each => each.place !== place),
          rejected: [
            ...rejected,
            ...images
              .filter(each => each.place === place)
              .map(({ name }) => ({ file: name, reason: 'was left out by hand' })),
          ],
        }),
      }));
      const next = nextToReview(queue, other => outcomes[other] === undefined, place);
      if (next === undefined) set({ editing: null, message: `All ${queue.length} outlines are looked through` });
      else editAt(next);
    },
    /** What the editor shows of it; null where that failed (a problem is shown). */
    openOutline: (place: number): Promise<OpenMask | null> =>
      attempt(async () => {
        const [picture, history] = await Promise.all([ask.data.outlineWhole({ place }), historyOf(place)]);
        return history && { picture, history };
      }, null),
    /** What the current model makes of it; null while a run has the device. */
    outlinePrediction: (place: number): Promise<MaskPrediction | null> =>
      attempt(async () => {
        const { model } = get();
        const outlines = outlinesOf(get());
        if (!model || !outlines || runGoingOn(get())) return null;
        const decoded = await ask.data.outlineInput({ place, preparation: preparationOf(model) });
        if (decoded.kind === 'rejected') return null;
        const { image, width, height } = decoded;
        const { threshold, refinements } = outlines;
        const { probability } = await ask.inference.outline({ image, width, height, threshold, refinements });
        const values = Float32Array.from(probability, level => level / 255);
        return { values, size: model.size, framing: model.framing, model: model.origin, threshold };
      }, null),
    /** As long as the page is open. Always holds. */
    async keepOutlineDraft(
      place: number,
      drawn: { readonly mask: Uint8Array<ArrayBuffer>; readonly origin: MaskOrigin; readonly steps: number } | null,
    ): Promise<boolean> {
      const made = outlinesOf(get())?.made;
      draft = drawn && made !== undefined ? { ...drawn, at: Date.now(), made, place } : null;
      return true;
    },
    /** Another version, which its file has from now on; null where that failed (a problem is shown). */
    saveOutline: action(
      context,
      noOutlines,
      async (place: number, mask: Uint8Array<ArrayBuffer>, origin: MaskOrigin): Promise<MaskHistory | null> => {
        const found = imageAt(place);
        const history = await historyOf(place);
        if (!found || !history) return null;
        const { width, height, png: outline, corrected, name } = found.image;
        const framing = get().model?.framing ?? 'squeeze';
        const size = Math.max(SHOWN_SIDE, get().model?.size ?? 0);
        const { png, share, square } = await ask.data.outlineOf({ mask, width, height, framing, size });
        const version: MaskVersion = { at: Date.now(), origin, mask };
        const { original } = history;
        const next = {
          ...{ png, share },
          corrected: {
            ...{ original, outline: corrected?.outline ?? outline, square, size },
            versions: [...history.versions, version],
          },
        };
        draft = null;
        change(({ images }) => ({ images: images.map(each => (each.place === place ? { ...each, ...next } : each)) }));
        set({ message: `Mask of ${name} saved` });
        return historyOf(place);
      },
      null,
    ),
  };
}
