/** Masks of images that have none, made by the current model, looked at, and taken away as files. */
import { LEVELS } from '../../metrics/levels.ts';
import type { OutlineInput, SourceFile } from '../../protocol/data.ts';
import type { PartName, RejectedFile } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import type { Masking } from '../../protocol/inference.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import { preparationOf } from '../../protocol/preparation.ts';
import { PLAIN } from '../../protocol/scores.ts';
import { secondsLeft } from '../../protocol/throttle.ts';
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { idOfSame } from '../data/added-pairs.ts';
import type { createCorrectionActions } from '../data/correction-actions.ts';
import type { createDataActions } from '../data/data-actions.ts';
import { anyOf, noModel, outlining, reading, running, testing } from '../refusals.ts';
import { chosenLevel } from './at-threshold.ts';
import type { OutlinedImage, OutlinePicture } from './inference-state.ts';
import { maskName, zipFiles } from './mask-files.ts';
import { noOutlines } from './outline-corrections.ts';
import { modelAtHand, thresholdOf } from './ready.ts';
import { outlinesOf } from './results.ts';

type AddPairs = ReturnType<typeof createDataActions>['addPairs'];

interface Others {
  readonly addPairs: AddPairs;
  readonly saveMask: ReturnType<typeof createCorrectionActions>['saveMask'];
}

interface Taken {
  readonly made: number;
  readonly files: readonly SourceFile[];
  readonly megapixels: number;
}

export function createOutlineActions(context: Context, { addPairs, saveMask }: Others) {
  const { get, set, ask, attempt } = context;
  let cancelled = false;
  /** Of the outlines on show; the ingest worker knows the images that were taken last. */
  let outlined: Taken | null = null;

  const take = ({ files, megapixels }: Taken) => ask.data.outlineInputs({ files: [...files], megapixels });

  const decode = (place: number, model: ModelInfo): Promise<OutlineInput> =>
    ask.data.outlineInput({ place, preparation: preparationOf(model) });

  /** One by one, the next read while the GPU works on this one. */
  const outlineAll = async (names: readonly string[], model: ModelInfo, masking: Masking, rejected: RejectedFile[]) => {
    const images: OutlinedImage[] = [];
    const begin = performance.now();
    let upcoming = decode(0, model);
    for (const [place, name] of names.entries()) {
      const decoded = await upcoming;
      if (cancelled) throw new AppError('cancelled', 'Outlining was cancelled', 'choose the images again');
      if (place + 1 < names.length) {
        upcoming = decode(place + 1, model);
        // Where this one fails first, its error is the one that is told.
        upcoming.catch(() => {});
      }
      if (decoded.kind === 'rejected') rejected.push({ file: name, reason: decoded.reason });
      else {
        const { image, width, height } = decoded;
        const { mask: _, ...outline } = await ask.inference.outline({ image, width, height, ...masking });
        images.push({ place, name, width, height, ...outline });
      }
      const [done, total] = [place + 1, names.length];
      set({ outlining: { done, total, secondsLeft: secondsLeft(performance.now() - begin, done, total) } });
    }
    return images;
  };

  return {
    /** The current model's masks of images that have none. */
    outlineImages: action(
      context,
      anyOf(noModel, outlining, running, reading, testing),
      async (files: readonly SourceFile[]) => {
        const model = modelAtHand(context);
        set({ resultsView: 'outlines' });
        const { refinements, byValidation } = get();
        const threshold = byValidation ? await thresholdOf(context, model, refinements) : chosenLevel(get()) / LEVELS;
        cancelled = false;
        set({ outlining: { done: 0, total: 0 }, message: null });
        const taken = { made: (outlined?.made ?? 0) + 1, files, megapixels: get().megapixels };
        try {
          const { names, rejected } = await take(taken);
          set({ outlining: { done: 0, total: names.length } });
          const images = await outlineAll(names, model, { threshold, refinements }, rejected);
          const [first] = rejected;
          if (images.length === 0 && first)
            throw new AppError(
              'unreadable-file',
              `None of the images can be used: ${first.file} ${first.reason}`,
              'choose JPEG, PNG, WebP, BMP or TIFF images',
            );
          outlined = taken;
          const outlines = {
            ...{ of: { model: model.id }, made: taken.made },
            ...{ threshold, refinements, images, rejected },
          };
          set(({ results }) => ({
            results: { ...results, outlines },
            message: `${images.length} ${images.length === 1 ? 'image' : 'images'} outlined`,
          }));
        } catch (thrown) {
          // What is on show stays, and its rows must still open the pictures that they name.
          if (outlined && outlinesOf(get())) await take(outlined);
          throw thrown;
        } finally {
          set({ outlining: null });
        }
      },
      undefined,
    ),
    cancelOutlines() {
      cancelled = true;
    },
    /** One of the outlined images at the model's size; null if it cannot be had (a problem is shown). */
    outlinePicture: (place: number): Promise<OutlinePicture | null> =>
      attempt(async () => {
        const model = modelAtHand(context);
        const { threshold, refinements, images } = outlinesOf(get()) ?? {
          threshold: 0.5,
          refinements: PLAIN,
          images: [],
        };
        const corrected = images.find(each => each.place === place)?.corrected;
        const decoded = await decode(place, corrected ? { ...model, size: corrected.size } : model);
        if (decoded.kind === 'rejected')
          throw new AppError('unreadable-file', `The image ${decoded.reason}`, 'choose it again');
        const { image, width, height } = decoded;
        if (corrected) {
          const { size, square } = corrected;
          return { size, image, mask: square, probability: square.map(bit => bit * 255) };
        }
        const { mask, probability } = await ask.inference.outline({ image, width, height, threshold, refinements });
        return { size: model.size, image, mask, probability };
      }, null),
    /** The file of one of the outlined images as it came; null where reading it failed (a problem is shown). */
    outlinePhoto: (place: number): Promise<Uint8Array<ArrayBuffer> | null> =>
      attempt(() => ask.data.outlinePhoto({ place }), null),
    /** Outlined images, by their places, become pairs of the data set, with their outlines as masks. Returns the new ids. */
    addOutlines: action(
      context,
      anyOf(noOutlines, addPairs.refusal),
      async (places: readonly number[], part: PartName): Promise<readonly string[]> => {
        const pairs = [];
        const chosen = (outlinesOf(get())?.images ?? []).filter(({ place }) => places.includes(place));
        for (const { place, name, png, corrected } of chosen)
          pairs.push({
            name: name.slice(name.lastIndexOf('/') + 1),
            image: await ask.data.outlinePhoto({ place }),
            // As the model made it: what a hand changed of it is a version of the pair's mask.
            mask: corrected?.outline ?? png,
          });
        const before = new Set(get().datasetAsRead?.ids);
        const ids = await addPairs(pairs, part);
        for (const [i, { corrected }] of chosen.entries()) {
          const { datasetAsRead } = get();
          const [pair, last] = [pairs[i], corrected?.versions.at(-1)];
          if (!pair || !last || !datasetAsRead) continue;
          const id = await idOfSame(pair, datasetAsRead);
          if (id !== undefined && !before.has(id)) await saveMask(id, last.mask, last.origin);
        }
        return ids;
      },
      [],
    ),
    /** All outlined masks as a zip of PNGs. */
    exportOutlines: (): Promise<{ name: string; blob: Blob } | null> =>
      attempt(async () => {
        const outlines = outlinesOf(get());
        if (!outlines) return null;
        const blob = await zipFiles(outlines.images.map(({ name, png }) => ({ name: maskName(name), bytes: png })));
        return { name: 'lesion-studio-outlines.zip', blob };
      }, null),
  };
}
