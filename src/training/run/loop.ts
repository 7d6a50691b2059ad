/**
 * One run: epochs of steps, a validation after each, the best epoch's weights kept. Owns the order of things and nothing
 * else: the engine has the weights, the control the run's state, the clock and the messages are given.
 */
import type { Batch, Engine, StepResult } from '../../engine/engine.ts';
import { AppError } from '../../protocol/errors.ts';
import { augments } from '../../protocol/settings.ts';
import { evaluate } from '../inference/evaluate.ts';
import { scoreImage } from '../inference/score.ts';
import { toBytes, toMask } from '../inference/threshold.ts';
import type { PixelSource } from '../pixels.ts';
import { drawAugmentation } from './augment.ts';
import type { RunControl } from './control.ts';
import type { LoopEvents, LoopInput, PartialEpoch } from './course.ts';
import { initialise } from './initialise.ts';
import { Mean } from './mean.ts';
import { Pace } from './pace.ts';
import { epochBatches, stepsPerEpoch } from './sampler.ts';
import { learningRate } from './schedule.ts';

const CHECKPOINT_MS = 120_000;

/** The samples are first predicted after this long, so that somebody sees a picture within 30 s wherever a step takes less than the rest … */
const FIRST_PICTURES_MS = 15_000;
/** … then after twice as long, and never so often that they take more than this share of the time. */
const PICTURES_SHARE = 0.05;

/** A step that takes less may still be under way when the next one is asked for. */
const QUICK_STEP_MS = 100;

/** Of an epoch's steps so far. */
type Means = Readonly<Record<'loss' | 'dice' | 'accuracy', Mean>>;

/**
 * Trains until the last epoch or a stop: true where it came to its end. A stop leaves a checkpoint of where it was, so that it can be taken
 * back. Throws AppError 'not-finite' where the loss is no number.
 */
export async function trainingLoop(
  input: LoopInput,
  engine: Engine,
  pixels: PixelSource,
  control: RunControl,
  events: LoopEvents,
  clock: () => number,
): Promise<boolean> {
  const { settings, train, validation } = input;
  const steps = stepsPerEpoch(train.length, settings.batch);
  const pace = new Pace(clock, { steps, epochs: settings.epochs, batch: settings.batch });
  const pass = () => pace.pausedWhile(control.pass());
  const { from } = input;
  await engine.writeWeights(from?.weights ?? input.initial ?? initialise(engine.settings.network, settings.seed));
  if (from) await engine.writeOptimizer(from.optimizer);
  const history = [...(from?.valDice ?? [])];
  let bestEpoch = from?.bestEpoch ?? undefined;
  let best = history[(bestEpoch ?? 0) - 1] ?? Number.NEGATIVE_INFINITY;
  let lastCheckpoint = clock();
  const firstPictures = input.picturesMs ?? FIRST_PICTURES_MS;
  let lastPictures = clock();
  let picturesAfter = firstPictures;
  let partial = from?.partial;
  const seen = from?.errors?.seen.slice() ?? new Float32Array(train.length).fill(1);
  let drawn = from?.errors?.drawn ?? seen;
  const errors = () => (settings.hard > 0 ? { drawn: drawn.slice(), seen: seen.slice() } : undefined);

  for (let epoch = (from?.epochs ?? 0) + 1; epoch <= settings.epochs; epoch++) {
    if (settings.patience > 0 && epoch - 1 - (bestEpoch ?? 0) >= settings.patience) return true;
    const rate = learningRate(settings, epoch, history);
    const report = (phase: string, step: number, of: number) =>
      events.progress({
        phase,
        epoch,
        epochs: settings.epochs,
        step,
        steps: of,
        ...pace.estimate(epoch, phase === 'train' ? step : steps),
        gpuBytes: engine.memory().gpuBytes,
      });
    if (!partial) drawn = seen.slice();
    pace.startEpoch(partial);
    report('train', partial?.step ?? 0, steps);
    const trained = await trainEpoch(epoch, rate, report, partial);
    partial = undefined;
    if (!trained) return stopped();
    pace.startValidation();
    const validated = await validate(epoch, report);
    if (!validated) {
      await keep(steps, trained);
      return stopped();
    }
    const { loss, dice, accuracy } = trained;
    const { seconds, imagesPerSecond } = pace.endEpoch();
    const { means, predicted } = validated;
    lastPictures = clock();
    const isBest = means.valDice > best;
    const due = epoch < settings.epochs && events.checkpointDue();
    history.push(means.valDice);
    if (isBest) {
      best = means.valDice;
      bestEpoch = epoch;
      events.best({ weights: await engine.readAverage(), epoch, valDice: best });
    }
    const averages = { loss: loss.value, dice: dice.value, accuracy: accuracy.value };
    events.epoch({ epoch, learningRate: rate, ...averages, ...means, seconds, imagesPerSecond }, predicted, isBest);
    if (due) {
      const weights = await engine.readWeights();
      events.checkpoint(weights, await engine.readOptimizer(), undefined, errors());
      lastCheckpoint = clock();
    }
  }
  return true;

  async function stopped(): Promise<false> {
    if (bestEpoch === undefined) events.best({ weights: await engine.readAverage(), epoch: 0, valDice: undefined });
    return false;
  }

  /** Takes a checkpoint after so many steps of the epoch under way. Before the first of all there is nothing to keep. */
  async function keep(step: number, { loss, dice, accuracy }: Means): Promise<void> {
    lastCheckpoint = clock();
    if (step === 0 && history.length === 0) return;
    const means = { loss: loss.state, dice: dice.state, accuracy: accuracy.state };
    const weights = await engine.readWeights();
    const done = step > 0 ? { step, seconds: pace.inEpoch, ...means } : undefined;
    events.checkpoint(weights, await engine.readOptimizer(), done, errors());
  }

  async function trainEpoch(
    epoch: number,
    rate: number,
    report: (phase: string, step: number, of: number) => void,
    before: PartialEpoch | undefined,
  ) {
    // Before the first epoch nothing is known of any image.
    const hard = settings.hard > 0 && epoch > 1 ? { share: settings.hard, errors: drawn } : undefined;
    const batches = epochBatches(train.length, settings.batch, settings.seed, epoch, hard);
    const [loss, dice, accuracy] = [new Mean(before?.loss), new Mean(before?.dice), new Mean(before?.accuracy)];
    const means: Means = { loss, dice, accuracy };
    const load = (images: readonly number[] | undefined) => images && readBatch(images, epoch);
    const first = before?.step ?? 0;
    let upcoming = load(batches[first]);
    const underWay: Promise<void>[] = [];
    const settle = async (most: number) => {
      while (underWay.length > most) await underWay.shift();
    };
    let quick = false;
    for (let index = first; index < steps; index++) {
      // Who pauses may close the page next.
      const due = control.state === 'paused' || clock() - lastCheckpoint > (input.checkpointMs ?? CHECKPOINT_MS);
      if (index > first && due) {
        await settle(0);
        if (events.checkpointDue()) await keep(index, means);
        else lastCheckpoint = clock();
      }
      if (index > first && clock() - lastPictures > picturesAfter) {
        await settle(0);
        await showSamples(epoch, index);
      }
      if (!(await pass())) {
        await settle(0);
        await keep(index, means);
        return null;
      }
      const batch = await upcoming;
      if (!batch) throw new Error(`step ${index + 1} has no batch`);
      // The next batch is read from disk while the GPU works on this one.
      upcoming = load(batches[index + 1]);
      const begin = clock();
      const made = engine
        .step(batch, {
          learningRate: rate,
          step: (epoch - 1) * steps + index + 1,
          seed: settings.seed,
        })
        .then(result => {
          quick = clock() - begin < QUICK_STEP_MS;
          note(index, result);
        });
      // Where several fail, the first one's error is thrown below.
      made.catch(() => {});
      underWay.push(made);
      // A quick step is not waited for before the next is asked for, so that the GPU never idles; a slow one is, so that a pause
      // acts within it.
      await settle(quick ? engine.stepsUnderWay - 1 : 0);
    }
    await settle(0);
    return means;

    function note(index: number, result: StepResult): void {
      if (!Number.isFinite(result.loss)) throw notFinite(`in epoch ${epoch}, step ${index + 1}`);
      loss.add(result.loss);
      batches[index]?.forEach((image, i) => {
        seen[image] = 1 - (result.dice[i] ?? 0);
      });
      const record = {
        epoch,
        step: index + 1,
        seconds: pace.inEpoch,
        loss: result.loss,
        dice: meanOf(result.dice),
        accuracy: meanOf(result.accuracy),
      };
      dice.add(record.dice);
      accuracy.add(record.accuracy);
      pace.stepDone();
      events.step(record);
      report('train', index + 1, steps);
    }
  }

  /** `images`: indices into `train`. */
  async function readBatch(images: readonly number[], epoch: number): Promise<Batch> {
    const places = images.map(image => train[image] ?? 0);
    const batch = await pixels.read(places);
    if (!augments(settings)) return batch;
    const augmentations = places.map(place =>
      drawAugmentation(settings, pixels.size, { seed: settings.seed, epoch, image: place }),
    );
    return { ...batch, augmentations };
  }

  async function validate(epoch: number, report: (phase: string, step: number, of: number) => void) {
    const [loss, dice, accuracy] = [new Mean(), new Mean(), new Mean()];
    const samples = new Map<number, { mask: Uint8Array; levels: Uint8Array; dice: number }>();
    let done = 0;
    const complete = await evaluate(
      engine,
      pixels,
      validation,
      (place, probabilities, truth) => {
        const scores = scoreImage(probabilities, truth, settings);
        loss.add(scores.loss);
        dice.add(scores.dice);
        accuracy.add(scores.accuracy);
        if (input.samples.includes(place))
          samples.set(place, { mask: toMask(probabilities), levels: toBytes(probabilities), dice: scores.dice });
        done++;
      },
      () => {
        report('validate', done, validation.length);
        return pass();
      },
    );
    if (!complete) return null;
    if (!Number.isFinite(loss.value)) throw notFinite(`at the validation after epoch ${epoch}`);
    return {
      means: { valLoss: loss.value, valDice: dice.value, valAccuracy: accuracy.value },
      predicted: {
        masks: input.samples.map(place => samples.get(place)?.mask ?? new Uint8Array(pixels.size ** 2)),
        levels: input.samples.map(place => samples.get(place)?.levels ?? new Uint8Array(pixels.size ** 2)),
        dice: input.samples.map(place => samples.get(place)?.dice ?? 0),
      },
    };
  }

  /** Predicts the samples within an epoch. It changes nothing of the training. */
  async function showSamples(epoch: number, step: number): Promise<void> {
    const begin = clock();
    const masks: Uint8Array[] = [];
    const levels: Uint8Array[] = [];
    const dice: number[] = [];
    const complete = await evaluate(
      engine,
      pixels,
      input.samples,
      (_, probabilities, truth) => {
        masks.push(toMask(probabilities));
        levels.push(toBytes(probabilities));
        dice.push(scoreImage(probabilities, truth, settings).dice);
      },
      async () => !control.stopped,
    );
    if (complete) events.predictions({ epoch, step, steps }, { masks, levels, dice });
    lastPictures = clock();
    picturesAfter = Math.max(2 * firstPictures, (lastPictures - begin) / PICTURES_SHARE);
  }
}

function notFinite(where: string): AppError {
  return new AppError(
    'not-finite',
    `The loss stopped being a number ${where}`,
    'start again with a lower learning rate; the weights of the best finished epoch, if there is one, are kept',
  );
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
