import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainPreparation } from '../protocol/preparation.ts';
import { defaultSettings, type RunSettings } from '../protocol/settings.ts';
import { type Checkpoint, DamagedCheckpointError, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';

const SUM = { sum: 0.1 + 0.2, count: 3 };
const floats = fc.float32Array({ maxLength: 5 });
const named = fc
  .uniqueArray(fc.string(), { maxLength: 3 })
  .chain(names =>
    fc.tuple(...names.map(name => floats.map(values => [name, values] as const))).map(pairs => new Map(pairs)),
  );

const checkpoint: fc.Arbitrary<Checkpoint> = fc
  .record({
    weights: named,
    first: named,
    second: named,
    best: named,
    epochs: fc.nat(3),
    samples: fc.nat(2),
    id: fc.string(),
    partial: fc.boolean(),
    lossScale: fc.boolean(),
    variants: fc.boolean(),
    errors: fc.option(fc.record({ drawn: floats, seen: floats }), { nil: undefined }),
    average: fc.option(
      named.filter(({ size }) => size > 0),
      { nil: undefined },
    ),
  })
  .chain(({ weights, first, second, best, epochs, samples, id, partial, lossScale, variants, average, errors }) =>
    fc
      .array(
        fc.oneof(
          fc.constant<Uint8Array[]>([]),
          fc.array(fc.uint8Array({ maxLength: 20, max: 1 }), { minLength: samples, maxLength: samples }),
        ),
        {
          minLength: epochs,
          maxLength: epochs,
        },
      )
      .map(masks => ({
        run: {
          runId: id,
          settings: defaultSettings,
          dataset: {
            ...{ ids: [id], groups: [0], rejected: [], skipped: 0, bytes: 4, source: id },
            ...{ hash: id, size: 16, ...plainPreparation, cacheId: id },
          },
          split: {
            seed: 1,
            ratios: { train: 0.8, validation: 0.1, test: 0.1 },
            train: [0],
            validation: [1],
            test: [2],
          },
        },
        savedAt: 5,
        epochs: masks.map((_, i) => ({
          ...{ epoch: i + 1, learningRate: 0.1, loss: 1, dice: 0.5, accuracy: 0.5 },
          ...{ valLoss: 1, valDice: 0.1 + 0.2, valAccuracy: 0.5, seconds: 1 / 3, imagesPerSecond: 3 },
        })),
        bestEpoch: epochs > 0 ? 1 : null,
        ...(partial ? { partial: { step: 3, seconds: 1.5, ...{ loss: SUM, dice: SUM, accuracy: SUM } } } : {}),
        weights,
        optimizer: {
          ...{ step: 7, first, second },
          ...(lossScale ? { lossScale: { value: 512, clean: 3 } } : {}),
          ...(variants ? { variants: { 'sums side=2': { lanes: 8, strips: 1, nested: { rows: 4 } } } } : {}),
          ...(average ? { average } : {}),
        },
        ...(errors ? { errors } : {}),
        best,
        masks,
      })),
  ) as fc.Arbitrary<Checkpoint>;

/** As the versions before 6 wrote it: the version in its own byte alone. */
async function older(bytes: Uint8Array<ArrayBuffer>, version: number): Promise<Uint8Array<ArrayBuffer>> {
  const [digest, size, prefix] = [8, 40, 44];
  const length = new DataView(bytes.buffer).getUint32(size, true);
  const { version: _, ...header } = JSON.parse(new TextDecoder().decode(bytes.subarray(prefix, prefix + length)));
  const text = new TextEncoder().encode(JSON.stringify(header));
  const made = Uint8Array.of(...bytes.subarray(0, prefix), ...text, ...bytes.subarray(prefix + length));
  made[7] = version;
  new DataView(made.buffer).setUint32(size, text.length, true);
  made.set(new Uint8Array(await crypto.subtle.digest('SHA-256', made.subarray(size))), digest);
  return made;
}

test('what is written is read back, to the bit', () =>
  fc.assert(
    fc.asyncProperty(checkpoint, async original => {
      expect(await decodeCheckpoint(await encodeCheckpoint(original))).toEqual(original);
    }),
  ));

test('a checkpoint cut short, longer, or with any bit turned is refused', () =>
  fc.assert(
    fc.asyncProperty(checkpoint, fc.nat(), fc.nat(7), async (original, place, bit) => {
      const bytes = await encodeCheckpoint(original);
      const at = place % bytes.length;
      const turned = bytes.slice();
      turned[at] = (turned[at] ?? 0) ^ (1 << bit);
      for (const damaged of [turned, bytes.slice(0, at), Uint8Array.of(...bytes, 0)])
        await expect(decodeCheckpoint(damaged)).rejects.toThrow(DamagedCheckpointError);
    }),
  ));

test('a version that this page does not know is refused by its number', async () => {
  const bytes = await encodeCheckpoint(fc.sample(checkpoint, 1)[0]!);
  bytes[7] = 8;
  await expect(decodeCheckpoint(bytes)).rejects.toThrow('version is 8');
});

test('a version that is turned into another one which this page reads is noticed', async () => {
  const bytes = await encodeCheckpoint(fc.sample(checkpoint, 1)[0]!);
  for (const version of [1, 2, 3, 4, 5, 6]) {
    bytes[7] = version;
    await expect(decodeCheckpoint(bytes)).rejects.toThrow(DamagedCheckpointError);
  }
});

test('version 1, which was only written between epochs, is read', async () => {
  const original = fc.sample(
    checkpoint.filter(
      ({ partial, optimizer }) => !partial && !optimizer.lossScale && !optimizer.average && !optimizer.variants,
    ),
    1,
  )[0]!;
  const bytes = await encodeCheckpoint(original);
  expect(await decodeCheckpoint(await older(bytes, 1))).toEqual(original);
});

test('version 2, which knew no loss scale, is read', async () => {
  const original = fc.sample(
    checkpoint.filter(({ optimizer }) => !optimizer.lossScale && !optimizer.average && !optimizer.variants),
    1,
  )[0]!;
  const bytes = await encodeCheckpoint(original);
  expect(await decodeCheckpoint(await older(bytes, 2))).toEqual(original);
});

test('a run with augmentation is read from version 6 on, one without from any', async () => {
  const original = fc.sample(
    checkpoint.filter(({ optimizer }) => !optimizer.average),
    1,
  )[0]!;
  const augmented = (settings: Partial<RunSettings>) => ({
    ...original,
    run: { ...original.run, settings: { ...defaultSettings, ...settings } },
  });
  for (const settings of [{ flips: true }, { turns: true }, { rotate: 10 }, { hairs: 1 }, { noise: 0.1 }]) {
    const bytes = await encodeCheckpoint(augmented(settings));
    expect(await decodeCheckpoint(bytes)).toEqual(augmented(settings));
    for (const version of [1, 2, 3, 4, 5])
      await expect(decodeCheckpoint(await older(bytes, version))).rejects.toThrow(
        'augmentation, which earlier versions drew otherwise',
      );
  }
  expect(await decodeCheckpoint(await older(await encodeCheckpoint(original), 5))).toEqual(original);
});
