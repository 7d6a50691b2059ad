/**
 * Scores, thresholds, masks and pictures from a model while no run is active. Each method answers the command of its name
 * (protocol/inference.ts). One use of the GPU after another.
 */
import type { Engine } from '../../engine/engine.ts';
import { predictedDice, softDiceConfidence, trustOf } from '../../metrics/confidence.ts';
import { memberWeights } from '../../network/ensemble.ts';
import { featureCount } from '../../network/graph.ts';
import type { ColumnHandlers } from '../../protocol/contract.ts';
import type { DatasetSummary, Split } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import type { InferenceEvent, inference, Masking, Outline } from '../../protocol/inference.ts';
import { knownThreshold } from '../../protocol/model.ts';
import { preparationOf, samePreparation } from '../../protocol/preparation.ts';
import type { RefinementGains, Refinements, TestOutcome, TestResult, TunedThreshold } from '../../protocol/scores.ts';
import { seenPlaces } from '../../protocol/seen-images.ts';
import { progressTeller } from '../../protocol/throttle.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import type { Gpu } from '../device/gpu.ts';
import type { CurrentModel, Model } from '../model.ts';
import type { PixelSource } from '../pixels.ts';
import { averaged, networksAlone, type OnNetwork } from './ensemble.ts';
import { evaluate } from './evaluate.ts';
import type { ExportFor } from './exports.ts';
import { distanceBy, measureFeatures } from './features.ts';
import { heldOut, toChooseBy, unmeasured } from './judged-by.ts';
import { KeptPredictions } from './kept-predictions.ts';
import type { MaskZipInput, Predictions } from './mask-zip.ts';
import { refined } from './refine.ts';
import { measureGains, scoreSplit } from './score.ts';
import { toBytes, toMask } from './threshold.ts';
import { tuned, validate } from './validation.ts';

interface OfSplit {
  readonly dataset: DatasetSummary;
  readonly split: Split;
}

export interface InferenceOptions {
  readonly gpu: Gpu;
  readonly model: CurrentModel;
  readonly openPixels: (cacheId: string) => Promise<PixelSource & { close(): void }>;
  readonly clock: () => number;
  readonly send: (event: InferenceEvent) => void;
  /** A test of a kept run's model was scored. */
  readonly noteTest: (keptRun: string, test: OfSplit & { readonly result: TestResult }) => Promise<void>;
  /** Throws AppError 'wrong-state' where a run has the GPU. */
  readonly refuseWhileRunning: (what: string) => void;
}

export class Inference implements ColumnHandlers<typeof inference> {
  readonly #options: InferenceOptions;
  readonly #kept = new KeptPredictions();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: InferenceOptions) {
    this.#options = options;
  }

  /** Once nothing of this uses the GPU any more. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  /** The test part of the split with its validation part, or all pairs. */
  async test({
    dataset,
    split,
    all,
    refinements,
  }: OfSplit & { readonly all: boolean; readonly refinements: Refinements }): Promise<TestOutcome> {
    const model = this.#options.model.get();
    const seen = seenPlaces(dataset, model.info.seen);
    const parts = all ? { test: dataset.ids.map((_, place) => place), validation: [] } : heldOut(split, seen, model);
    const among = (all ? parts.test : split.test).filter(place => seen?.has(place));
    const seenAmong = { known: seen !== null, ids: among.map(place => dataset.ids[place] ?? `#${place}`) };
    const { keptRun } = model.info;
    const refining = Object.values(refinements).some(Boolean);
    const known = knownThreshold(model.info, refinements);
    const { networks } = model.info;
    const alone = networks !== undefined && !refining ? networksAlone(networks, parts.test.length) : undefined;
    const score = async (engine: Engine, read: PixelSource) => {
      const pixels = alone?.watch(read) ?? read;
      const chosen = refined(engine, refinements);
      const of = { model: model.info.id, cacheId: dataset.cacheId, refinements };
      const keep = this.#kept.begin(of, parts.test.length, pixels.size);
      const before = all ? 0 : unmeasured(model.info, dataset, split);
      const progress = this.#progress();
      const total = before + parts.test.length + parts.validation.length;
      const found = before > 0 && (await measureFeatures(engine, pixels, split, done => progress(done, total)));
      if (found) this.#options.model.noteFeatures(model, found);
      const trainingFeatures = found || model.info.trainingFeatures;
      const { outcome, validated } = await scoreSplit(
        chosen,
        pixels,
        parts,
        dataset,
        done => progress(before + done, total),
        { known, keep, distance: distanceBy({ trainingFeatures }), metadata: dataset.metadata ?? {} },
      );
      if (validated) this.#note(model, tuned(validated, refinements));
      const inference = refining ? { inference: refinements } : {};
      const scored = new Set(outcome.result.images.map(({ id }) => id));
      const corrected = dataset.corrected?.filter(({ id }) => scored.has(id)) ?? [];
      const ofMasks = corrected.length > 0 ? { corrected } : {};
      const level = trainingFeatures?.level;
      const unlike = level === undefined ? {} : { unlikeLevel: level };
      const each = alone ? { networks: alone.means() } : {};
      const told = { ...unlike, ...inference, ...ofMasks, ...each, seen: seenAmong };
      return { ...outcome, result: { ...outcome.result, ...told }, all };
    };
    const outcome = await this.#predicting(dataset, score, model, alone?.note);
    if (keptRun !== undefined && !all)
      await this.#options.noteTest(keptRun, { dataset, split, result: outcome.result });
    return outcome;
  }

  /** What each refinement of predictions gives on the validation part. */
  async gains({ dataset, split }: OfSplit): Promise<RefinementGains> {
    const model = this.#options.model.get();
    const validation = toChooseBy(dataset, split, model);
    const { gains, plain } = await this.#predicting(dataset, (engine, pixels) =>
      measureGains(engine, pixels, validation, this.#progress()),
    );
    this.#note(model, plain);
    return gains;
  }

  /** The best threshold for the validation part, without a test. Throws AppError 'bad-split' where that is empty. */
  async tune({
    dataset,
    split,
    refinements,
  }: OfSplit & { readonly refinements: Refinements }): Promise<TunedThreshold> {
    const model = this.#options.model.get();
    const validation = toChooseBy(dataset, split, model);
    const validated = await this.#predicting(dataset, (engine, pixels) =>
      validate(refined(engine, refinements), pixels, validation, this.#progress()),
    );
    if (!validated)
      throw new AppError('bad-split', 'The validation part of the split is empty', 'give it a share above zero');
    const found = tuned(validated, refinements);
    this.#note(model, found);
    return found;
  }

  /** A zip of `ID_segmentation.png`, each of its image's own sides. */
  async masks({
    dataset,
    places,
    threshold,
    refinements,
  }: Masking & { readonly dataset: DatasetSummary; readonly places: readonly number[] }): Promise<
    Uint8Array<ArrayBuffer>
  > {
    const input = maskZipInput(dataset, threshold);
    const { zipMasks } = await import('./mask-zip.ts');
    const { id: model } = this.#options.model.get().info;
    const made = this.#kept.recall({ model, cacheId: dataset.cacheId, refinements }, places);
    if (made) {
      const recalled: Predictions = async visit => {
        for (const place of places) visit(place, made.get(place)!);
      };
      return zipMasks(recalled, dataset.size, places, input, this.#progress());
    }
    return this.#predicting(dataset, (engine, pixels) => {
      const predicted: Predictions = visit => evaluate(refined(engine, refinements), pixels, places, visit);
      return zipMasks(predicted, pixels.size, places, input, this.#progress());
    });
  }

  /** The same of several models, each of images of its own; one pass, taken as it is, at that threshold. */
  async masksBy(
    dataset: DatasetSummary,
    parts: readonly { readonly model: () => Promise<Model>; readonly places: readonly number[] }[],
    threshold: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const input = maskZipInput(dataset, threshold);
    const { zipMasks } = await import('./mask-zip.ts');
    const predicted: Predictions = async visit => {
      for (const { model, places } of parts)
        await this.#predicting(dataset, (engine, pixels) => evaluate(engine, pixels, places, visit), await model());
    };
    const all = parts.flatMap(({ places }) => places);
    return zipMasks(predicted, dataset.size, all, input, this.#progress());
  }

  /** The mask of an image [S,S,3] in the model's preparation, as a PNG of the image's own sides. */
  async outline({
    image,
    width,
    height,
    threshold,
    refinements,
  }: Masking & { readonly image: Uint8Array; readonly width: number; readonly height: number }): Promise<Outline> {
    const { areaShare, enlargeMask, maskPng } = await import('./masks.ts');
    const { info } = this.#options.model.get();
    const { size, framing } = info;
    const fit = knownThreshold(info, refinements)?.diceFit;
    return this.#withModel(size, async engine => {
      let disagreement: number | undefined;
      const chosen = refined(engine, refinements, (_, value) => {
        disagreement = value;
      });
      const features = new Float32Array(featureCount(engine.settings.network));
      const probabilities = await chosen.predict(image, 1, features);
      const distance = distanceBy(info)?.(features, image, size);
      const level = info.trainingFeatures?.level;
      const whole = enlargeMask(probabilities, { size, framing, width, height }, threshold);
      const confidence = softDiceConfidence(probabilities, threshold);
      return {
        png: maskPng(whole, width, height),
        share: areaShare(whole),
        confidence,
        ...(disagreement !== undefined && { disagreement }),
        ...(distance !== undefined && { distance }),
        ...(distance !== undefined && level !== undefined && { unlike: distance > level }),
        ...(fit && { predictedDice: predictedDice(fit, confidence), trust: trustOf(fit, confidence) }),
        mask: toMask(probabilities, threshold),
        probability: toBytes(probabilities),
      };
    });
  }

  async exportFor({ to, card, test }: ExportFor): Promise<Uint8Array<ArrayBuffer>> {
    const { packFor, picture } = await import('./exports.ts');
    const model = this.#options.model.get();
    const { size } = model.info;
    const drawn = picture(size);
    return this.#withModel(size, async engine =>
      packFor(to, { model, card, test, picture: drawn, probability: await engine.predict(drawn, 1) }),
    );
  }

  /** The pairs of the split; reads pixels alone. */
  async exportPairs({ dataset, split }: OfSplit): Promise<Uint8Array<ArrayBuffer>> {
    const { zipNnunet } = await import('./exports.ts');
    const pixels = await this.#options.openPixels(dataset.cacheId);
    try {
      return await zipNnunet(pixels, dataset.ids, split, this.#progress());
    } finally {
      pixels.close();
    }
  }

  /** One image of the data set with a model's mask. */
  async picture(
    { dataset, index, threshold, refinements }: Masking & { readonly dataset: DatasetSummary; readonly index: number },
    model: Model = this.#options.model.get(),
  ): Promise<Triptych> {
    const id = dataset.ids[index];
    if (id === undefined) throw new AppError('dataset-missing', `The data set has no image ${index}`, 'load it again');
    return this.#predicting(
      dataset,
      async (engine, pixels) => {
        const { images, masks } = await pixels.read([index]);
        const probabilities = await refined(engine, refinements).predict(images, 1);
        const prediction = toMask(probabilities, threshold);
        return { id, size: pixels.size, image: images, truth: masks, prediction, probability: toBytes(probabilities) };
      },
      model,
    );
  }

  /** How likely each pixel of an image of the data set is lesion. */
  async probabilities({
    dataset,
    index,
    refinements,
  }: {
    readonly dataset: DatasetSummary;
    readonly index: number;
    readonly refinements: Refinements;
  }): Promise<Float32Array<ArrayBuffer>> {
    if (index >= dataset.ids.length)
      throw new AppError('dataset-missing', `The data set has no image ${index}`, 'load it again');
    return this.#predicting(dataset, async (engine, pixels) => {
      const { images } = await pixels.read([index]);
      return Float32Array.from(await refined(engine, refinements).predict(images, 1));
    });
  }

  #note(model: Model, found: TunedThreshold): void {
    this.#options.model.noteThreshold(model, found);
  }

  /** Tells how far scoring is. */
  #progress(): (done: number, total: number) => void {
    const { clock, send } = this.#options;
    return progressTeller(progress => send({ type: 'testing', ...progress }), clock);
  }

  async #predicting<T>(
    dataset: DatasetSummary,
    use: (engine: Engine, pixels: PixelSource) => Promise<T>,
    model: Model = this.#options.model.get(),
    onNetwork?: OnNetwork,
  ): Promise<T> {
    // The page reads the images anew before it asks; other pixels would give masks that mean nothing.
    if (!samePreparation(preparationOf(dataset), preparationOf(model.info)))
      throw new AppError(
        'wrong-state',
        `The images are prepared as ${asText(dataset)}, and the model needs ${asText(model.info)}`,
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
      onNetwork,
    );
  }

  /** Runs with a model's weights on an engine for images of `size`, one such use after another. */
  async #withModel<T>(
    size: number,
    use: (engine: Engine) => Promise<T>,
    model: Model = this.#options.model.get(),
    onNetwork?: OnNetwork,
  ): Promise<T> {
    const { gpu, refuseWhileRunning } = this.#options;
    refuseWhileRunning('score images');
    // Of another model by now, it only takes memory.
    this.#kept.keepOnly(this.#options.model.get().info.id);
    const turn = this.#queue.then(async () => {
      const { arch, filters, networks } = model.info;
      const engine = await gpu.engineFor({ arch, filters, size, predictOnly: true });
      if (networks === undefined) await engine.writeWeights(model.weights);
      const used =
        networks === undefined ? engine : averaged(engine, memberWeights(model.weights, networks), onNetwork);
      try {
        return await use(used);
      } catch (thrown) {
        throw await gpu.explain(thrown);
      }
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }
}

/** Throws AppError 'dataset-missing' where the images' own sides are not known. */
function maskZipInput({ sides, ids, framing }: DatasetSummary, threshold: number): MaskZipInput {
  if (!sides)
    throw new AppError(
      'dataset-missing',
      'The sizes of these images are not known: an older version of the page read them',
      'load the data set again',
    );
  return { ids, sides, framing, threshold };
}

function asText({ size, framing, constancy }: DatasetSummary | Model['info']): string {
  return `${size}², ${framing}${constancy ? ', shades of grey' : ''}`;
}
