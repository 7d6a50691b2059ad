/** What is made of a model when no run is going: scores, masks, pictures. One such use of the GPU after another. */
import type { Engine } from '../../engine/engine.ts';
import type { DatasetSummary, Split } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import { preparationOf, samePreparation } from '../../protocol/preparation.ts';
import type { AugmentedPair, Outline, TrainingCommand, TrainingEvent, Triptych } from '../../protocol/run.ts';
import {
  type Inference,
  type InferenceGains,
  PLAIN,
  type TestOutcome,
  type TunedThreshold,
} from '../../protocol/scores.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import type { RunBook } from '../../store/run-book.ts';
import type { Gpu } from '../device/gpu.ts';
import { noteTest } from '../library/run-book.ts';
import type { Model } from '../model.ts';
import type { PixelSource } from '../pixels.ts';
import { augmentedViews } from '../run/augment.ts';
import { toMask } from '../run/loop.ts';
import { refined } from './refine.ts';
import { measureGains, scoreSplit, tuned, validationDice } from './score.ts';

type OutlineRequest = Pick<
  Extract<TrainingCommand, { type: 'outline' }>,
  'image' | 'width' | 'height' | 'threshold' | 'inference'
>;

/** How a prediction becomes a mask. */
interface Masking {
  readonly threshold: number;
  readonly inference: Inference;
}

export interface JudgeOptions {
  readonly gpu: Gpu;
  readonly openPixels: (cacheId: string) => Promise<PixelSource & { close(): void }>;
  readonly book: RunBook;
  readonly clock: () => number;
  readonly send: (event: TrainingEvent) => void;
  /** The current one. Throws AppError 'no-model'. */
  readonly model: () => Model;
  /** A model's threshold was found. */
  readonly noteThreshold: (model: Model, found: TunedThreshold) => void;
  /** Throws AppError 'wrong-state' where a run has the GPU. */
  readonly refuseWhileRunning: (what: string) => void;
}

export class Judge {
  readonly #options: JudgeOptions;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /** Once nothing of this uses the GPU any more. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  /** The test part of the split with its validation part, or all pairs. */
  async test(
    dataset: DatasetSummary,
    split: Split,
    { all, inference }: { all: boolean; inference: Inference },
  ): Promise<TestOutcome> {
    const parts = all ? { test: dataset.ids.map((_, place) => place), validation: [] } : split;
    const { noteThreshold } = this.#options;
    const model = this.#options.model();
    const { keptRun } = model.info;
    const refining = Object.values(inference).some(Boolean);
    const outcome = await this.#predicting(dataset, async (engine, pixels) => {
      const chosen = refined(engine, inference);
      const { result, ...rest } = await scoreSplit(chosen, pixels, parts, dataset, this.#progress());
      return { ...rest, result: refining ? { ...result, inference } : result, all };
    });
    if (outcome.validation) noteThreshold(model, tuned(outcome.validation, parts.validation.length, inference));
    if (keptRun !== undefined && !all)
      await noteTest(this.#options.book, keptRun, { dataset, split, result: outcome.result });
    return outcome;
  }

  /** What each refinement of predictions gives on the validation part. */
  async gains(dataset: DatasetSummary, { validation }: Split): Promise<InferenceGains> {
    const model = this.#options.model();
    const gains = await this.#predicting(dataset, (engine, pixels) =>
      measureGains(engine, pixels, validation, this.#progress()),
    );
    this.#options.noteThreshold(model, { ...PLAIN, ...gains.threshold, images: gains.images });
    return gains;
  }

  /** The best threshold for the validation part, without a test. Throws AppError 'bad-split' where that is empty. */
  async tune(dataset: DatasetSummary, { validation }: Split, inference: Inference): Promise<TunedThreshold> {
    const model = this.#options.model();
    const byLevel = await this.#predicting(dataset, (engine, pixels) =>
      validationDice(refined(engine, inference), pixels, validation, this.#progress()),
    );
    if (!byLevel)
      throw new AppError('bad-split', 'The validation part of the split is empty', 'give it a share above zero');
    const found = tuned(byLevel, validation.length, inference);
    this.#options.noteThreshold(model, found);
    return found;
  }

  /** A zip of `ID_segmentation.png`, each of its image's own sides. */
  async masks(
    dataset: DatasetSummary,
    places: readonly number[],
    { threshold, inference }: Masking,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { sides, ids, framing } = dataset;
    if (!sides)
      throw new AppError(
        'dataset-missing',
        'The sizes of these images are not known: an older version of the page read them',
        'load the data set again',
      );
    const { zipMasks } = await import('./mask-zip.ts');
    return this.#predicting(dataset, (engine, pixels) =>
      zipMasks(refined(engine, inference), pixels, places, { ids, sides, framing, threshold }, this.#progress()),
    );
  }

  /** The mask of an image [S,S,3] in the model's preparation, as a PNG of the image's own sides. */
  async outline({ image, width, height, threshold, inference }: OutlineRequest): Promise<Outline> {
    const { areaShare, enlargeMask, maskPng } = await import('./masks.ts');
    const { size, framing } = this.#options.model().info;
    return this.#withModel(size, async engine => {
      const probabilities = await refined(engine, inference).predict(image, 1);
      const whole = enlargeMask(probabilities, { size, framing, width, height }, threshold);
      return {
        png: maskPng(whole, width, height),
        share: areaShare(whole),
        mask: toMask(probabilities, threshold) as Uint8Array<ArrayBuffer>,
      };
    });
  }

  /** One image of the data set with a model's mask. */
  async picture(
    dataset: DatasetSummary,
    index: number,
    { threshold, inference }: Masking,
    model: Model = this.#options.model(),
  ): Promise<Triptych> {
    const id = dataset.ids[index];
    if (id === undefined) throw new AppError('dataset-missing', `The data set has no image ${index}`, 'load it again');
    return this.#predicting(
      dataset,
      async (engine, pixels) => {
        const { images, masks } = await pixels.read([index]);
        const prediction = toMask(await refined(engine, inference).predict(images, 1), threshold);
        return { id, size: pixels.size, image: images, truth: masks, prediction };
      },
      model,
    );
  }

  /** Pairs as they are and as three epochs of training would see them. */
  async augmented(
    dataset: DatasetSummary,
    places: readonly number[],
    settings: RunSettings,
    epoch: number,
  ): Promise<AugmentedPair[]> {
    const pixels = await this.#options.openPixels(dataset.cacheId);
    try {
      const { images, masks } = await pixels.read(places);
      return augmentedViews({ images, masks }, pixels.size, places, settings, epoch).map((views, i) => ({
        ...{ id: dataset.ids[places[i] ?? -1] ?? '', size: pixels.size, views },
      }));
    } finally {
      pixels.close();
    }
  }

  /** Tells how far scoring is, at most ten times a second. */
  #progress(): (done: number, total: number) => void {
    const { clock, send } = this.#options;
    const start = clock();
    let last = Number.NEGATIVE_INFINITY;
    return (done, total) => {
      const now = clock();
      if (now - last < 100 && done < total) return;
      last = now;
      const secondsLeft = done > 0 ? ((now - start) / 1000 / done) * (total - done) : undefined;
      send({ type: 'testing', done, total, secondsLeft });
    };
  }

  async #predicting<T>(
    dataset: DatasetSummary,
    use: (engine: Engine, pixels: PixelSource) => Promise<T>,
    model: Model = this.#options.model(),
  ): Promise<T> {
    // The page reads the images anew before it asks; other pixels would give masks that mean nothing.
    if (!samePreparation(preparationOf(dataset), preparationOf(model.info)))
      throw new AppError(
        'wrong-state',
        `The images were prepared otherwise (${asText(dataset)}) than the model needs (${asText(model.info)})`,
        'load the data set again, or choose another model',
      );
    return this.#withModel(
      dataset.size,
      async engine => {
        const pixels = await this.#options.openPixels(dataset.cacheId);
        try {
          return await use(engine, pixels);
        } finally {
          pixels.close();
        }
      },
      model,
    );
  }

  /** Runs with a model's weights on an engine for images of `size`, one such use after another. */
  async #withModel<T>(
    size: number,
    use: (engine: Engine) => Promise<T>,
    model: Model = this.#options.model(),
  ): Promise<T> {
    const { gpu, refuseWhileRunning } = this.#options;
    refuseWhileRunning('score images');
    const turn = this.#queue.then(async () => {
      const { arch, filters, crossEntropy } = model.info;
      const engine = await gpu.engineFor({ arch, filters, crossEntropy, size, predictOnly: true });
      await engine.writeWeights(model.weights);
      try {
        return await use(engine);
      } catch (thrown) {
        throw await gpu.explain(thrown);
      }
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }
}

function asText({ size, framing, constancy }: DatasetSummary | Model['info']): string {
  return `${size}², ${framing}${constancy ? ', shades of grey' : ''}`;
}
