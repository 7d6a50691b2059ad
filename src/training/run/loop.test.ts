import { describe, expect, test } from 'vitest';
import type { EpochRecord, StepRecord } from '../../protocol/run.ts';
import { defaultSettings } from '../../protocol/settings.ts';
import { AREA, LEFT_HALF, pixels, ScriptedEngine, SIZE } from '../../testing/scripted-engine.ts';
import { RunControl } from './control.ts';
import type { Best, Predicted, Start } from './course.ts';
import { trainingLoop } from './loop.ts';

/** `tick`: milliseconds that pass between two looks at the clock. */
function setUp(
  change: Partial<typeof defaultSettings> = {},
  tick = 10,
  from?: Start,
  checkpointMs = 1e9,
  picturesMs = 1e9,
) {
  const settings = { ...defaultSettings, size: SIZE, batch: 2, epochs: 3, filters: 1, ...change };
  const engine = new ScriptedEngine(settings.batch);
  const control = new RunControl(() => {});
  control.change('preparing');
  control.change('running');
  const seen = {
    steps: [] as StepRecord[],
    epochs: [] as EpochRecord[],
    masks: [] as Uint8Array[][],
    dice: [] as number[][],
    pictures: [] as (Predicted & { epoch: number; step: number; steps: number })[],
    best: [] as Best[],
    checkpoints: [] as Pick<Start, 'weights' | 'optimizer' | 'partial' | 'errors'>[],
  };
  let now = 0;
  const run = () =>
    trainingLoop(
      {
        settings,
        train: [10, 11, 12, 13, 14],
        validation: [20, 21, 22],
        samples: [20, 21],
        from,
        checkpointMs,
        picturesMs,
      },
      engine,
      pixels,
      control,
      {
        progress: () => {},
        step: record => seen.steps.push(record),
        epoch: (record, { masks, dice }) => {
          seen.epochs.push(record);
          seen.masks.push(masks);
          seen.dice.push(dice);
        },
        predictions: (at, predicted) => seen.pictures.push({ ...at, ...predicted }),
        best: best => seen.best.push(best),
        checkpointDue: () => true,
        checkpoint: (weights, optimizer, partial, errors) =>
          seen.checkpoints.push({ weights, optimizer, partial, errors }),
      },
      () => (now += tick),
    );
  return { settings, engine, control, seen, run };
}

const untimed = ({ seconds: _, ...record }: StepRecord) => record;

describe('the training loop', () => {
  test('steps through shuffled epochs of the training part only, with the rate falling by epoch', async () => {
    const { engine, seen, run } = setUp({ lr: 0.1, decay: 0.5 });
    await run();
    expect(engine.asked.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(engine.asked.map(({ learningRate }) => learningRate)).toEqual([
      0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025,
    ]);
    for (const epoch of [0, 1, 2])
      expect(engine.trainedOn.slice(epoch * 6, epoch * 6 + 5).sort()).toEqual([10, 11, 12, 13, 14]);
    expect(engine.trainedOn.slice(0, 5)).not.toEqual(engine.trainedOn.slice(6, 11));
    expect(seen.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(seen.steps).toHaveLength(9);
    const times = seen.steps.map(({ seconds }) => seconds);
    // Within each epoch of three steps time goes on; the next begins anew.
    for (const first of [0, 3, 6])
      expect([...times.slice(first, first + 3)].sort((a, b) => a - b)).toEqual(times.slice(first, first + 3));
    expect(times[3]).toBeLessThan(times[2] ?? 0);
    expect(engine.written.get('level1_conv/kernel')).toHaveLength(27);
  });

  test('scores the validation as the definitions say and keeps the best epoch', async () => {
    const { engine, seen, run } = setUp();
    // 4, then 8 (perfect), then 12 of the true 8 columns: Dice 2·4/12, 1, 2·8/20.
    engine.columns = step => ({ 3: 4, 6: 8, 9: 12 })[step] ?? 0;
    await run();
    expect(seen.epochs.map(({ valDice }) => valDice)).toEqual(
      [8 / 12, 1, 16 / 20].map(dice => expect.closeTo(dice, 12)),
    );
    expect(seen.epochs.map(({ valAccuracy }) => valAccuracy)).toEqual([0.75, 1, 0.75]);
    expect(seen.epochs[1]?.valLoss).toBeCloseTo(0, 12);
    expect(seen.epochs[0]?.valLoss).toBeCloseTo(1 - (2 * 64 + 1) / (64 + 128 + 1), 12);
    expect(seen.best.map(({ epoch, valDice }) => [epoch, valDice])).toEqual([
      [1, expect.closeTo(8 / 12)],
      [2, 1],
    ]);
    expect(seen.best[1]?.weights.get('steps')?.[0]).toBe(6);
    expect(seen.masks[1]).toEqual([LEFT_HALF, LEFT_HALF]);
    expect(seen.dice.map(([first]) => first)).toEqual(seen.epochs.map(({ valDice }) => expect.closeTo(valDice, 12)));
    expect(seen.epochs[0]).toMatchObject({ loss: 0.5, dice: 0.25, accuracy: 0.25 });
  });

  test('a loss that is no number stops the run and names epoch and step', async () => {
    const { engine, seen, run } = setUp();
    engine.loss = step => (step === 5 ? Number.NaN : 0.5);
    await expect(run()).rejects.toMatchObject({
      code: 'not-finite',
      happened: expect.stringContaining('epoch 2, step 2'),
    });
    expect(engine.asked).toHaveLength(5);
    expect(seen.best.map(({ epoch }) => epoch)).toEqual([1]);
  });

  test('a validation that is no number stops the run too', async () => {
    const { engine, run } = setUp();
    engine.predict = async (_, count) => new Float32Array(count * AREA).fill(Number.NaN);
    await expect(run()).rejects.toMatchObject({ code: 'not-finite', happened: expect.stringContaining('epoch 1') });
  });

  test('stop ends it within the step, with the best epoch or, in the first, the weights as they are', async () => {
    const first = setUp();
    first.engine.onStep = step => step === 2 && first.control.stop();
    await first.run();
    expect(first.engine.asked).toHaveLength(2);
    expect(first.seen.epochs).toHaveLength(0);
    expect(first.seen.best).toEqual([
      { weights: new Map([['steps', Float32Array.of(2)]]), epoch: 0, valDice: undefined },
    ]);

    const later = setUp();
    later.engine.onStep = step => step === 5 && later.control.stop();
    await later.run();
    expect(later.engine.asked).toHaveLength(5);
    expect(later.seen.best.map(({ epoch }) => epoch)).toEqual([1]);
  });

  test('stopped after any step, and in any validation, it can be continued to the same scores', async () => {
    const settings = { flips: true, hard: 0.6 };
    const whole = setUp(settings);
    whole.engine.loss = step => 1 / step;
    expect(await whole.run()).toBe(true);
    const scores = ({ epoch, loss, dice, accuracy, valDice }: EpochRecord) => [epoch, loss, dice, accuracy, valDice];
    for (let last = 1; last <= 9; last++) {
      const cut = setUp(settings);
      cut.engine.loss = step => 1 / step;
      // After an epoch's last step: in the validation.
      cut.engine.onStep = step => step === last && cut.control.stop();
      expect(await cut.run()).toBe(false);
      const done = cut.seen.epochs.length;
      const { weights, optimizer, partial, errors } = cut.seen.checkpoints.at(-1)!;
      expect([3 * done + (partial?.step ?? 0), cut.engine.asked.length]).toEqual([last, last]);
      const valDice = cut.seen.epochs.map(epoch => epoch.valDice);
      const from = { weights, optimizer, epochs: done, partial, errors, bestEpoch: done > 0 ? 1 : null, valDice };
      const rest = setUp(settings, 10, from);
      const step = rest.engine.step.bind(rest.engine);
      rest.engine.step = async (batch, settings) => ({ ...(await step(batch, settings)), loss: 1 / settings.step });
      expect(await rest.run()).toBe(true);
      expect(rest.engine.asked).toEqual(whole.engine.asked.slice(last));
      expect(rest.engine.trainedOn).toEqual(whole.engine.trainedOn.slice(2 * last));
      expect([...cut.seen.epochs, ...rest.seen.epochs].map(scores)).toEqual(whole.seen.epochs.map(scores));
    }
  });

  test('stopped before its first step there is nothing to keep', async () => {
    const { control, seen, run } = setUp();
    control.stop();
    expect(await run()).toBe(false);
    expect(seen.checkpoints).toEqual([]);
  });

  test('pause holds before the next step, writes the run down, and the result is that of an undisturbed run', async () => {
    const plain = setUp();
    await plain.run();
    const paused = setUp();
    paused.engine.onStep = step => {
      if (step !== 4) return;
      paused.control.pause();
      setTimeout(() => {
        expect(paused.engine.asked).toHaveLength(4);
        paused.control.resume();
      }, 20);
    };
    await paused.run();
    expect(paused.engine.trainedOn).toEqual(plain.engine.trainedOn);
    expect(paused.engine.asked).toEqual(plain.engine.asked);
    // Written down as it stands, for who pauses may close the page next: after epoch 1, at the pause, after epoch 2.
    expect(paused.seen.checkpoints.map(({ partial }) => partial?.step ?? 0)).toEqual([0, 1, 0]);
  });

  test('asks for the next step before a quick one is answered, as far as the engine allows, and comes to the same', async () => {
    const runs = [];
    for (const [stepsUnderWay, tick] of [
      [1, 10],
      [2, 10],
      [2, 1000],
    ] as const) {
      const { engine, seen, run } = setUp({}, tick);
      engine.stepsUnderWay = stepsUnderWay;
      engine.loss = step => 1 / step;
      await run();
      runs.push({
        most: engine.mostUnderWay,
        asked: engine.asked,
        trainedOn: engine.trainedOn,
        steps: seen.steps.map(untimed),
      });
    }
    expect(runs.map(({ most }) => most)).toEqual([1, 2, 1]);
    for (const { most: _, ...rest } of runs) expect({ most: 1, ...rest }).toEqual(runs[0]);
  });

  test('the samples are predicted within a long epoch too, by time, which changes nothing of the run', async () => {
    const plain = setUp({ epochs: 2 });
    await plain.run();
    expect(plain.seen.pictures).toEqual([]);
    const shown = setUp({ epochs: 2 }, 10, undefined, 1e9, 0);
    shown.engine.columns = step => 8 - step;
    await shown.run();
    expect(shown.engine.asked).toEqual(plain.engine.asked);
    expect(shown.engine.trainedOn).toEqual(plain.engine.trainedOn);
    const [first] = shown.seen.pictures;
    expect(first).toMatchObject({ epoch: 1, step: 1, steps: 3 });
    // 7 of the true 8 columns.
    expect(first?.dice).toEqual([14 / 15, 14 / 15].map(dice => expect.closeTo(dice, 12)));
    expect(first?.masks).toHaveLength(2);
  });

  test('pictures take at most a twentieth of the time', async () => {
    // 40 steps an epoch; a look at the clock takes 10 ms, and so a step a few tens.
    const train = Array.from({ length: 80 }, (_, i) => i);
    const settings = { ...defaultSettings, size: SIZE, batch: 2, epochs: 1, filters: 1 };
    const engine = new ScriptedEngine(2);
    const control = new RunControl(() => {});
    control.change('preparing');
    control.change('running');
    let now = 0;
    let spent = 0;
    let pictures = 0;
    const predict = engine.predict.bind(engine);
    engine.predict = (images, count) => {
      now += 50;
      spent += 50;
      return predict(images, count);
    };
    const none = () => {};
    await trainingLoop(
      { settings, train, validation: [90], samples: [90], picturesMs: 100 },
      engine,
      pixels,
      control,
      {
        ...{ progress: none, step: none, epoch: none, best: none, checkpoint: none, checkpointDue: () => false },
        predictions: () => pictures++,
      },
      () => (now += 10),
    );
    expect(pictures).toBeGreaterThan(1);
    expect(spent).toBeLessThan(0.05 * now + 2 * 50);
  });

  test('a stop waits for the steps under way', async () => {
    const { engine, control, seen, run } = setUp();
    engine.stepsUnderWay = 2;
    engine.onStep = step => {
      if (step === 3) control.stop();
    };
    await run();
    expect(engine.underWay).toBe(0);
    expect(seen.steps).toHaveLength(3);
    expect(seen.best.map(({ epoch }) => epoch)).toEqual([0]);
  });

  test('goes on after any epoch as if it had not stopped', async () => {
    const whole = setUp({ flips: true, turns: true });
    whole.engine.columns = step => SIZE / 2 - step;
    await whole.run();
    // After every epoch but the last.
    expect(whole.seen.checkpoints).toHaveLength(2);
    for (const epochs of [1, 2]) {
      const { weights, optimizer } = whole.seen.checkpoints[epochs - 1]!;
      const valDice = whole.seen.epochs.slice(0, epochs).map(epoch => epoch.valDice);
      const from = { weights, optimizer, epochs, bestEpoch: 1, valDice };
      const rest = setUp({ flips: true, turns: true }, 10, from);
      rest.engine.columns = step => SIZE / 2 - step - 3 * epochs;
      await rest.run();
      expect(rest.engine.written).toBe(weights);
      expect(rest.engine.asked).toEqual(whole.engine.asked.slice(3 * epochs));
      expect(rest.engine.trainedOn).toEqual(whole.engine.trainedOn.slice(6 * epochs));
      expect(rest.seen.epochs.map(({ epoch, valDice }) => [epoch, valDice])).toEqual(
        whole.seen.epochs.slice(epochs).map(({ epoch, valDice }) => [epoch, valDice]),
      );
      // The best epoch was the first, before the stop.
      expect(rest.seen.best).toEqual([]);
    }
  });

  test('without a better epoch for as long as its patience a run ends, also where it goes on in between', async () => {
    const settings = { epochs: 20, patience: 4, schedule: 'plateau' as const };
    const quality = (step: number) => SIZE / 2 - Math.abs(step - 9);
    const whole = setUp(settings);
    whole.engine.columns = quality;
    await whole.run();
    expect(whole.seen.best.at(-1)?.epoch).toBe(3);
    expect(whole.seen.epochs).toHaveLength(7);
    const { weights, optimizer } = whole.seen.checkpoints[4]!;
    const valDice = whole.seen.epochs.slice(0, 5).map(epoch => epoch.valDice);
    const rest = setUp(settings, 10, { weights, optimizer, epochs: 5, bestEpoch: 3, valDice });
    rest.engine.columns = step => quality(step + 15);
    await rest.run();
    expect(rest.seen.epochs.map(({ epoch }) => epoch)).toEqual([6, 7]);
    expect(rest.engine.asked).toEqual(whole.engine.asked.slice(15));
  });

  test('a long epoch is written down in its middle too, and goes on from there to the same scores', async () => {
    const settings = { flips: true, turns: true, hard: 0.6 };
    const whole = setUp(settings, 10, undefined, 0);
    whole.engine.loss = step => 1 / step;
    whole.engine.dice = (image, step) => 1 / (image - 8 + step);
    await whole.run();
    // Where all were as hard, each would come once: 6 places for 5 images.
    const times = (image: number) => whole.engine.trainedOn.slice(6).filter(seen => seen === image).length;
    expect(Math.max(...[10, 11, 12, 13, 14].map(times))).toBeGreaterThan(3);
    // After the first and second of each epoch's three steps, and after the epochs but the last.
    expect(whole.seen.checkpoints.map(({ partial }) => partial?.step ?? 0)).toEqual([1, 2, 0, 1, 2, 0, 1, 2]);
    for (const [i, { weights, optimizer, partial, errors }] of whole.seen.checkpoints.entries()) {
      const epochs = Math.floor((i + 1) / 3);
      const valDice = whole.seen.epochs.slice(0, epochs).map(epoch => epoch.valDice);
      const known = { bestEpoch: epochs > 0 ? 1 : null, valDice };
      const rest = setUp(settings, 10, { weights, optimizer, epochs, partial, errors, ...known });
      rest.engine.dice = whole.engine.dice;
      const step = rest.engine.step.bind(rest.engine);
      rest.engine.step = async (batch, settings) => ({ ...(await step(batch, settings)), loss: 1 / settings.step });
      await rest.run();
      expect(rest.engine.asked).toEqual(whole.engine.asked.slice(i + 1));
      expect(rest.engine.trainedOn).toEqual(whole.engine.trainedOn.slice(2 * (i + 1)));
      const scores = ({ epoch, loss, dice, accuracy }: EpochRecord) => [epoch, loss, dice, accuracy];
      expect(rest.seen.epochs.map(scores)).toEqual(whole.seen.epochs.slice(epochs).map(scores));
      // Time spent before the stop counts.
      if (partial) expect(rest.seen.epochs[0]?.seconds).toBeGreaterThan(partial.seconds);
    }
  });
});
