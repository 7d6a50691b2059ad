/** What is done with a model: the test split or all pairs scored, masks of other images made, and both taken away as files. */
import * as v from 'valibot';
import type { StoreApi } from 'zustand/vanilla';
import { maskFileName } from '../../formats/file-names.ts';
import { scoresCsv } from '../../formats/scores-csv.ts';
import { LEVELS } from '../../metrics/levels.ts';
import type { Client } from '../../protocol/client.ts';
import { decodedImage, foundImages, type IngestCommand, type SourceFile } from '../../protocol/data.ts';
import { type DatasetSummary, type RejectedFile, type Split, split as splitSchema } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import { type Preparation, preparationOf } from '../../protocol/preparation.ts';
import { type ModelInfo, outline, type TrainingCommand, triptych } from '../../protocol/run.ts';
import { type Inference, inferenceGains, PLAIN, testOutcome, tunedThreshold } from '../../protocol/scores.ts';
import type { OutlinedImage, Studio } from '../studio.ts';
import { judged, knownThreshold, tunedLevel } from './at-threshold.ts';
import { zipFiles } from './mask-files.ts';

const zipBytes = v.instance(Uint8Array<ArrayBuffer>);
const ZIP = 'application/zip';

export interface JudgeContext {
  readonly get: StoreApi<Studio>['getState'];
  readonly set: StoreApi<Studio>['setState'];
  readonly ingest: Client<IngestCommand>;
  readonly training: Client<TrainingCommand>;
  readonly attempt: <T>(action: () => Promise<T>, otherwise: T) => Promise<T>;
  /** The data set in that preparation, read again where it has another. */
  readonly ready: (preparation: Preparation) => Promise<{ dataset: DatasetSummary; split: Split }>;
}

export function createJudgeActions({ get, set, ingest, training, attempt, ready }: JudgeContext) {
  let cancelled = false;
  /** Of the outlines on show; the ingest worker knows the images that were taken last. */
  let outlined: { made: number; files: readonly SourceFile[]; megapixels: number } | null = null;

  const modelAtHand = () => {
    const { model } = get();
    if (!model) throw new AppError('no-model', 'There is no model yet', 'train one or load a saved one');
    return model;
  };

  /** The data set with the split of the run that made the model, where that is known, whatever the split is set to by now. */
  const readyFor = async (model: ModelInfo) => {
    const { dataset, split } = await ready(model);
    const { run, keptRuns } = get();
    if (run && model.runId === run.id && run.dataset.hash === dataset.hash) return { dataset, split: run.split };
    const kept = keptRuns.runs.find(({ id }) => id === model.keptRun);
    if (!kept || kept.dataset.hash !== dataset.hash) return { dataset, split };
    const { seed, ratios, file } = kept.split;
    if (file === undefined) return { dataset, split: await ingest.ask({ type: 'split', seed, ratios }, splitSchema) };
    if (file === split.file) return { dataset, split };
    throw new AppError(
      'wrong-state',
      `${kept.name} was trained on the split of ${file}, and another one is set`,
      `import ${file}, or press Score all pairs`,
    );
  };

  /** The model's threshold of validation with these refinements; where it is not known yet, it is found on the validation images first. */
  const thresholdOf = async (model: ModelInfo, inference: Inference): Promise<number> => {
    const known = knownThreshold(model, inference);
    if (known) return known.value;
    if (!get().dataset)
      throw new AppError(
        'dataset-missing',
        'The model’s threshold of validation is not known, and no data set is loaded to find it on',
        'load the model’s data set, or untick Threshold of validation',
      );
    const { dataset, split } = await readyFor(model);
    set({ testing: { done: 0, total: split.validation.length } });
    try {
      const found = await training.ask({ type: 'tune', dataset, split, inference }, tunedThreshold);
      return found.value;
    } finally {
      set({ testing: null });
    }
  };

  const score = (all: boolean) =>
    attempt(async () => {
      const model = modelAtHand();
      const current = all ? await ready(model) : await readyFor(model);
      const { split } = current;
      const total = all ? current.dataset.ids.length : split.test.length + split.validation.length;
      set({ testing: { done: 0, total } });
      try {
        const outcome = await training.ask(
          { type: 'test', dataset: current.dataset, split, all, inference: get().inference },
          testOutcome,
        );
        // Reading the answer of a thousand images is one task, and drawing them another.
        await new Promise(resolve => setTimeout(resolve));
        const what = all ? 'All pairs scored' : 'Test finished';
        const level = get().byValidation ? tunedLevel(outcome, get().model) : null;
        const { meanDice } = level === null ? outcome.result : judged(outcome, level);
        const at = level === null ? '' : ` at threshold ${(level / LEVELS).toFixed(2)}`;
        set({ testOutcome: outcome, testedSplit: split, message: `${what}: mean Dice ${meanDice.toFixed(4)}${at}` });
      } finally {
        set({ testing: null });
      }
    }, undefined);

  /** That of the result on show, whose masks these are to be. */
  const shownInference = () => get().testOutcome?.result.inference ?? PLAIN;

  const take = ({ files, megapixels }: { files: readonly SourceFile[]; megapixels: number }) =>
    ingest.ask({ type: 'images', files: [...files], megapixels }, foundImages);

  const decode = (place: number, model: ModelInfo) =>
    ingest.ask({ type: 'image', place, preparation: preparationOf(model) }, decodedImage);

  /** One by one, the next read while the GPU works on this one. */
  const outlineAll = async (
    names: readonly string[],
    { model, threshold, inference }: { model: ModelInfo; threshold: number; inference: Inference },
    rejected: RejectedFile[],
  ) => {
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
        const made = await training.ask({ type: 'outline', image, width, height, threshold, inference }, outline);
        images.push({ place, name, width, height, share: made.share, png: made.png });
      }
      const secondsLeft = ((performance.now() - begin) / 1000 / (place + 1)) * (names.length - place - 1);
      set({ outlining: { done: place + 1, total: names.length, secondsLeft } });
    }
    return images;
  };

  return {
    runTest: () => score(false),
    scoreAll: () => score(true),
    setInference: (change: Partial<Inference>) => set(({ inference }) => ({ inference: { ...inference, ...change } })),
    setByValidation: (byValidation: boolean) => set({ byValidation }),
    setOutlineFrom(outlineFrom: number) {
      if (!(outlineFrom > 0 && outlineFrom < 1)) return 'out of range';
      set({ outlineFrom });
      return null;
    },
    measureGains: () =>
      attempt(async () => {
        const { dataset, split } = await readyFor(modelAtHand());
        set({ testing: { done: 0, total: split.validation.length } });
        try {
          return await training.ask({ type: 'gains', dataset, split }, inferenceGains);
        } finally {
          set({ testing: null });
        }
      }, null),
    picture: (id: string, threshold = 0.5) =>
      attempt(async () => {
        const { dataset } = get();
        const index = dataset?.ids.indexOf(id) ?? -1;
        if (!dataset || index < 0)
          throw new AppError(
            'dataset-missing',
            `${id} is not in the data set that is loaded`,
            'load its data set again',
          );
        return training.ask({ type: 'picture', dataset, index, threshold, inference: shownInference() }, triptych);
      }, null),
    exportScores(level: number, ownSize = false) {
      const { testOutcome } = get();
      if (!testOutcome) return null;
      const blob = new Blob([scoresCsv(judged(testOutcome, level, ownSize))], { type: 'text/csv' });
      return { name: ownSize ? 'lesion-studio-scores-own-size.csv' : 'lesion-studio-scores.csv', blob };
    },
    exportMasks: (level: number) =>
      attempt(async () => {
        const { testOutcome, dataset } = get();
        if (!testOutcome || !dataset) return null;
        const places = new Map(dataset.ids.map((id, place) => [id, place]));
        const wanted = testOutcome.result.images.map(({ id }) => places.get(id) ?? -1).filter(place => place >= 0);
        set({ testing: { done: 0, total: wanted.length } });
        try {
          const bytes = await training.ask(
            {
              type: 'masks',
              ...{ dataset, places: wanted, threshold: judged(testOutcome, level).threshold },
              inference: shownInference(),
            },
            zipBytes,
          );
          return { name: 'lesion-studio-masks.zip', blob: new Blob([bytes], { type: ZIP }) };
        } finally {
          set({ testing: null });
        }
      }, null),
    outlineImages: (files: readonly SourceFile[]) =>
      attempt(async () => {
        const model = modelAtHand();
        const { inference, byValidation, outlineFrom } = get();
        if (get().outlining)
          throw new AppError('wrong-state', 'Images are being outlined already', 'wait, or press Cancel first');
        const threshold = byValidation ? await thresholdOf(model, inference) : outlineFrom;
        cancelled = false;
        set({ outlining: { done: 0, total: 0 }, message: null });
        const taken = { made: (outlined?.made ?? 0) + 1, files, megapixels: get().megapixels };
        try {
          const { names, rejected } = await take(taken);
          set({ outlining: { done: 0, total: names.length } });
          const images = await outlineAll(names, { model, threshold, inference }, rejected);
          const [first] = rejected;
          if (images.length === 0 && first)
            throw new AppError(
              'unreadable-file',
              `None of the images can be used: ${first.file} ${first.reason}`,
              'choose JPEG, PNG, WebP or BMP images',
            );
          outlined = taken;
          const { made } = taken;
          set({
            outlines: { made, threshold, inference, images, rejected },
            message: `${images.length} ${images.length === 1 ? 'image' : 'images'} outlined`,
          });
        } catch (thrown) {
          // What is on show stays, and its rows must still open the pictures that they name.
          if (outlined && get().outlines) await take(outlined);
          throw thrown;
        } finally {
          set({ outlining: null });
        }
      }, undefined),
    cancelOutlines() {
      cancelled = true;
    },
    outlinePicture: (place: number) =>
      attempt(async () => {
        const model = modelAtHand();
        const { threshold, inference } = get().outlines ?? { threshold: 0.5, inference: PLAIN };
        const decoded = await decode(place, model);
        if (decoded.kind === 'rejected')
          throw new AppError('unreadable-file', `The image ${decoded.reason}`, 'choose it again');
        const { image, width, height } = decoded;
        const { mask } = await training.ask({ type: 'outline', image, width, height, threshold, inference }, outline);
        return { size: model.size, image, mask };
      }, null),
    exportOutlines: () =>
      attempt(async () => {
        const { outlines } = get();
        if (!outlines) return null;
        const blob = await zipFiles(outlines.images.map(({ name, png }) => ({ name: maskName(name), bytes: png })));
        return { name: 'lesion-studio-outlines.zip', blob };
      }, null),
  };
}

/** `some/folder/X.jpg` → `X_segmentation.png`, the name under which this page finds a mask. */
export function maskName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return maskFileName(dot > 0 ? name.slice(0, dot) : name);
}
