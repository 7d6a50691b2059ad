import JSZip from 'jszip';
import { expect, test, vi } from 'vitest';
import { plainPreparation } from '../protocol/preparation.ts';
import { PLAIN } from '../protocol/scores.ts';
import { packSeen } from '../protocol/seen-images.ts';
import { defaultSettings } from '../protocol/settings.ts';
import type { TrainingEvent } from '../protocol/workers.ts';
import { trainingContract } from '../protocol/workers.ts';
import { connect } from '../testing/connect.ts';
import { memoryBook } from '../testing/run-book.ts';
import { pixels, ScriptedEngine, SIZE } from '../testing/scripted-engine.ts';
import type { Backend } from './device/backend.ts';
import { createSession, type SessionOptions } from './session.ts';

const ids = ['A', 'B', 'C', 'D', 'E'];
const dataset = {
  ...{ cacheId: 'c', hash: 'h', size: SIZE, ...plainPreparation, ids, groups: [0, 1, 2, 3, 4] },
  ...{ rejected: [], skipped: 0, bytes: 1, source: 's' },
};
const split = {
  ...{ seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 } },
  ...{ train: [0, 1, 2], validation: [3], test: [4] },
};
const settings = { ...defaultSettings, size: SIZE, filters: 1, batch: 2, epochs: 3 };
const run = { runId: 'r', settings, dataset, split };

/** A session whose devices are made by the test; `prepare` is told each device's engine before it is used. */
function setUp(prepare: (engine: ScriptedEngine, device: number, lose: (reason: string) => void) => void) {
  const events: TrainingEvent[] = [];
  const kept: string[] = [];
  let devices = 0;
  const openBackend = async (): Promise<Backend> => {
    const device = ++devices;
    let lose = (_: string) => {};
    const lost = new Promise<string>(resolve => {
      lose = resolve;
    });
    return {
      engine: 'tfjs-cpu',
      report: {
        ...{ engine: 'cpu', vendor: '', architecture: '', description: `device ${device}` },
        ...{ features: [], fallback: true, maxBufferBytes: 0, limits: {} },
      },
      createEngine: async ({ batch }) => {
        const engine = new ScriptedEngine(batch);
        prepare(engine, device, lose);
        return engine;
      },
      lost,
      dispose: () => {},
    };
  };
  const options: Omit<SessionOptions, 'send'> = {
    openPixels: async () => ({ ...pixels, close() {} }),
    clock: () => performance.now(),
    openBackend,
    book: memoryBook().book,
    store: {
      unfinished: async () => ({ runs: [], elsewhere: 0, unreadable: 0 }),
      discard: async () => {},
      restore: async () => {},
      tidy: async () => {},
      open: async () => ({
        save: async () => void kept.push('saved'),
        load: async () => undefined,
        remove: async () => void kept.push('removed'),
        release: () => void kept.push('released'),
      }),
    },
  };
  const session = createSession({ ...options, send: event => events.push(event) });
  const state = () => events.findLast(event => event.type === 'state')?.state;
  const failure = () => events.find(event => event.type === 'failed')?.error;
  return { session, options, events, kept, state, failure, devices: () => devices };
}

test('a run comes to its end, and nothing of it is kept for another time', async () => {
  const { session, kept, state } = setUp(() => {});
  await session.run.start({ run });
  await soon(() => expect(state()).toBe('done'));
  expect(kept.slice(-2)).toEqual(['removed', 'released']);
  expect(session.model.get().info.bestEpoch).toBe(1);
});

test('a stopped run says so, and its checkpoint stays for another time; one stopped in its last epoch’s end is finished', async () => {
  const stopping = setUp(engine => {
    engine.onStep = step => {
      if (step === 3) stopping.session.run.stop(undefined);
    };
  });
  await stopping.session.run.start({ run });
  await vi.waitFor(() => expect(stopping.state()).toBe('done'));
  expect(stopping.events.findLast(event => event.type === 'state')).toMatchObject({ state: 'done', stopped: true });
  expect(stopping.kept.slice(-2)).toEqual(['saved', 'released']);
  // The validation of the last epoch has one image: nothing is left to stop once it is predicted.
  const late = setUp(engine => {
    const predict = engine.predict.bind(engine);
    engine.predict = (images, count) => {
      if (engine.asked.length === 6) late.session.run.stop(undefined);
      return predict(images, count);
    };
  });
  await late.session.run.start({ run });
  await vi.waitFor(() => expect(late.state()).toBe('done'));
  expect(late.events.findLast(event => event.type === 'state')).not.toHaveProperty('stopped');
  expect(late.kept.slice(-2)).toEqual(['removed', 'released']);
});

test('a device lost during a step ends the run, keeps it, and the next use opens another', async () => {
  const { session, kept, state, failure, devices } = setUp((engine, device, lose) => {
    engine.onStep = step => {
      if (device === 1 && step === 3) lose('reset');
    };
  });
  await session.run.start({ run });
  await vi.waitFor(() => expect(state()).toBe('failed'));
  await vi.waitFor(() => expect(failure()).toMatchObject({ code: 'device-lost' }));
  expect(failure()?.happened).toContain('reset');
  expect(kept.at(-1)).toBe('released');
  expect(kept).not.toContain('removed');
  expect((await session.device.choose({ engine: 'auto', threads: 0 })).description).toBe('device 2');
  expect(devices()).toBe(2);
});

test('an error that a lost device causes before it tells is told as the loss', async () => {
  const { session, failure } = setUp((engine, _, lose) => {
    engine.onStep = step => {
      if (step !== 2) return;
      setTimeout(() => lose('the process crashed'), 20);
      throw new Error('mapAsync failed');
    };
  });
  await session.run.start({ run });
  await vi.waitFor(() => expect(failure()).toMatchObject({ code: 'device-lost' }));
});

test('an engine that never answers is noticed', async () => {
  vi.useFakeTimers();
  try {
    const { session, failure, kept } = setUp(engine => {
      const step = engine.step.bind(engine);
      engine.step = (batch, of) => (of.step === 3 ? new Promise(() => {}) : step(batch, of));
    });
    await session.run.start({ run });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(failure()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(failure()).toMatchObject({ code: 'device-hung' });
    expect(kept.at(-1)).toBe('released');
  } finally {
    vi.useRealTimers();
  }
});

/** A busy machine may take its time. */
const soon = (check: () => void) => vi.waitFor(check, { timeout: 20_000 });

test('an estimate times steps and keeps no engine; another one, a run or a test ends it at once', async () => {
  const engines: ScriptedEngine[] = [];
  const disposed = new Set<ScriptedEngine>();
  let hold = false;
  const { session, state } = setUp(engine => {
    engines.push(engine);
    engine.dispose = () => disposed.add(engine);
    const step = engine.step.bind(engine);
    // The guest of an estimate that is to be cut short makes no step.
    const held = hold;
    engine.step = (batch, at) => (held ? new Promise(() => {}) : step(batch, at));
  });
  const estimate = () => session.run.estimate({ settings });
  expect(await estimate()).toMatchObject({ secondsPerStep: expect.any(Number), scaled: false });
  expect([...disposed]).toEqual(engines);

  hold = true;
  const first = estimate();
  await soon(() => expect(engines).toHaveLength(2));
  const second = estimate();
  expect(await first).toBeNull();
  await soon(() => expect(engines).toHaveLength(3));
  session.run.cancelEstimate(undefined);
  expect(await second).toBeNull();

  const third = estimate();
  await soon(() => expect(engines).toHaveLength(4));
  hold = false;
  await session.run.start({ run });
  expect(await third).toBeNull();
  await expect(estimate()).rejects.toMatchObject({ code: 'wrong-state' });
  await soon(() => expect(state()).toBe('done'));
  expect(engines).toHaveLength(5);

  hold = true;
  const fourth = estimate();
  await soon(() => expect(engines).toHaveLength(6));
  hold = false;
  const tested = session.inference.test({ dataset, split, all: false, refinements: PLAIN });
  expect(await fourth).toBeNull();
  expect((await tested).result.images).toHaveLength(1);
  // All but the engine that the test left for the next one.
  expect(engines.filter(engine => !disposed.has(engine))).toEqual(engines.slice(6));
}, 60_000);

test('an estimate that is asked for and called off while its engine is made leaves none behind', async () => {
  const engines: ScriptedEngine[] = [];
  const { session, state } = setUp(engine => engines.push(engine));
  const called = session.run.estimate({ settings });
  session.run.cancelEstimate(undefined);
  expect(await called).toBeNull();
  const before = session.run.estimate({ settings });
  await session.run.start({ run });
  expect(await before).toBeNull();
  await soon(() => expect(state()).toBe('done'));
  expect(engines.at(-1)?.asked).toHaveLength(6);
});

test('a device lost while nothing runs is replaced without a word', async () => {
  let loseFirst = (_: string) => {};
  const { session, events } = setUp((_, device, lose) => {
    if (device === 1) loseFirst = lose;
  });
  await session.run.start({ run });
  await vi.waitFor(() => expect(events.findLast(event => event.type === 'state')?.state).toBe('done'));
  loseFirst('gone');
  await new Promise(resolve => setTimeout(resolve, 0));
  expect((await session.device.choose({ engine: 'auto', threads: 0 })).description).toBe('device 2');
  const { result, levels, validation } = await session.inference.test({
    dataset,
    split,
    all: false,
    refinements: PLAIN,
  });
  expect([result.images.length, levels.length, validation?.length]).toEqual([1, 200, 99]);
  // The model carries the threshold that its test found, one for each way of refining.
  // One image tells no error of a gain, so that one half stays.
  const best = { value: 0.5, images: split.validation.length };
  expect(validation?.length).toBe(99);
  const views = { ...PLAIN, views: true };
  expect(session.model.get().info.thresholds).toMatchObject([{ ...PLAIN, ...best }]);
  const found = await session.inference.tune({ dataset, split, refinements: views });
  await session.inference.test({ dataset, split, all: false, refinements: PLAIN });
  expect(session.model.get().info.thresholds).toMatchObject([found, { ...PLAIN, ...best }]);
  expect(events.findLast(event => event.type === 'model')?.model?.thresholds).toEqual(
    session.model.get().info.thresholds,
  );
  // All pairs are no validation, and another model has nothing of it.
  const { weights, info, seed } = session.model.get();
  session.model.set({ weights: new Map(weights), info: { ...info, id: 'another', thresholds: undefined }, seed });
  await session.inference.test({ dataset, split, all: true, refinements: PLAIN });
  expect(session.model.get().info.thresholds).toBeUndefined();
  await expect(
    session.inference.tune({ dataset, split: { ...split, validation: [] }, refinements: PLAIN }),
  ).rejects.toMatchObject({
    code: 'bad-split',
  });
});

test('an ensemble is tested on what none of its networks has seen, and chooses nothing by what one has', async () => {
  const { session, state } = setUp(engine => {
    engine.columns = () => (engine.written.get('columns')?.[0] ?? 2) * (SIZE / 4);
  });
  await session.run.start({ run });
  await vi.waitFor(() => expect(state()).toBe('done'));
  const imageHashes = ids.map((_, i) => `000000000000000${i}`);
  const known = { ...dataset, imageHashes };
  const columns = (n: number) => Float32Array.of(n);
  const weights = new Map([
    ['net1_columns', columns(1)],
    ['net2_columns', columns(2)],
  ]);
  const { info, seed } = session.model.get();
  const { thresholds: _, keptRun: __, ...rest } = info;
  const ensemble = (seen: readonly number[]) =>
    session.model.set({
      ...{ weights, seed },
      info: { ...rest, id: `ensemble ${seen}`, networks: 2, seen: packSeen(seen.map(place => imageHashes[place]!)) },
    });
  const ask = { dataset: known, split, all: false, refinements: PLAIN };

  ensemble([0, 1, 2, 3]);
  const { result, validation } = await session.inference.test(ask);
  expect(result.images.map(({ id }) => id)).toEqual(['E']);
  // A quarter found of the true half, and all of it.
  expect(result.networks?.map(dice => Number(dice.toFixed(6)))).toEqual([Number((2 / 3).toFixed(6)), 1]);
  // The mean is one half in the second quarter, which is not above it.
  expect(result.meanDice).toBeCloseTo(2 / 3, 9);
  expect(validation).toBeNull();
  expect(session.model.get().info.thresholds).toBeUndefined();
  await expect(session.inference.tune(ask)).rejects.toThrow(/validation images were used to train networks/);
  await expect(session.inference.gains(ask)).rejects.toThrow(/validation images were used to train networks/);
  expect(
    (await session.inference.test({ ...ask, refinements: { ...PLAIN, holes: true } })).result.networks,
  ).toBeUndefined();

  ensemble([0, 1, 2, 3, 4]);
  await expect(session.inference.test(ask)).rejects.toThrow(
    /All 1 images of the test part were used to train networks/,
  );

  // Of images that it has not seen it may be tuned.
  ensemble([]);
  expect((await session.inference.test(ask)).validation).toHaveLength(99);
  await expect(
    session.run.start({ run: { ...run, runId: 's', startedFrom: 'ensemble', seenBefore: '' } }),
  ).rejects.toThrow(/a run trains one network/);
});

test('masks of what was just tested need no second pass, and are the same', async () => {
  let passes = 0;
  const { session, state } = setUp(engine => {
    const predict = engine.predict.bind(engine);
    engine.predict = (images, count) => {
      passes++;
      return predict(images, count);
    };
  });
  await session.run.start({ run });
  await vi.waitFor(() => expect(state()).toBe('done'));
  const sized = { ...dataset, sides: dataset.ids.map((): [number, number] => [20, 24]) };
  const ask = { dataset: sized, places: split.test, threshold: 0.4, refinements: PLAIN };
  const content = async (zip: Uint8Array) =>
    (await JSZip.loadAsync(zip)).file('E_segmentation.png')!.async('uint8array');
  const anew = await content(await session.inference.masks(ask));
  await session.inference.test({ dataset: sized, split, all: false, refinements: PLAIN });
  const before = passes;
  expect(await content(await session.inference.masks(ask))).toEqual(anew);
  expect(passes).toBe(before);
  // Other refinements, other images and another model are predicted.
  await session.inference.masks({ ...ask, refinements: { ...PLAIN, holes: true } });
  expect(passes).toBe(before + 1);
  await session.inference.masks({ ...ask, places: [0] });
  expect(passes).toBe(before + 2);
  const { weights, info, seed } = session.model.get();
  session.model.set({ weights, info: { ...info, id: 'another' }, seed });
  await session.inference.masks(ask);
  expect(passes).toBe(before + 3);
});

test('what the rooms take, answer and tell is what their contract says', async () => {
  const { options } = setUp(() => {});
  const { client, events, failures } = connect(trainingContract, send => createSession({ ...options, send }));
  expect((await client.device.choose({ engine: 'auto', threads: 0 })).description).toBe('device 1');
  expect(await client.device.estimate({ settings })).toBeNull();
  expect(await client.run.unfinished()).toEqual({ runs: [], elsewhere: 0, unreadable: 0 });
  await client.run.start({ run });
  await expect(client.run.start({ run })).rejects.toMatchObject({ code: 'wrong-state' });
  await vi.waitFor(() => expect(events.findLast(event => event.type === 'state')?.state).toBe('done'));
  const held = { dataset, split, refinements: PLAIN };
  const { result, levels } = await client.inference.test({ ...held, all: false });
  expect([result.images.map(({ id }) => id), levels.length]).toEqual([['E'], 200]);
  expect(await client.inference.tune(held)).toMatchObject({ ...PLAIN, images: 1 });
  expect((await client.inference.gains({ dataset, split })).images).toBe(1);
  const masking = { threshold: 0.5, refinements: PLAIN };
  expect(await client.inference.picture({ dataset, index: 0, ...masking })).toMatchObject({ id: 'A', size: SIZE });
  const pairs = await JSZip.loadAsync(await client.inference.exportPairs({ dataset, split }));
  expect(pairs.file('Dataset501_Lesions/imagesTs/E_0000.png')).not.toBeNull();
  const image = new Uint8Array(SIZE * SIZE * 3);
  expect((await client.inference.outline({ image, width: 5, height: 7, ...masking })).share).toBeGreaterThan(0);
  expect(await client.run.estimate({ settings })).toMatchObject({ scaled: false });
  await client.run.cancelEstimate();
  expect(await client.run.augmented({ dataset, places: [0], settings, epoch: 1 })).toMatchObject([{ id: 'A' }]);
  await expect(client.run.stop()).rejects.toMatchObject({ code: 'wrong-state' });
  expect(failures).toEqual([]);
  expect(new Set(events.map(({ type }) => type))).toEqual(
    new Set(['state', 'device', 'samples', 'progress', 'steps', 'epoch', 'model', 'kept', 'testing']),
  );
});
