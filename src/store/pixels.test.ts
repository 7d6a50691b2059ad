/** The pixel cache on every kind of storage: what is read, what is removed, and what is left whichever operation fails. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { maskEncoder } from '../masks/coded.ts';
import type { DatasetSummary } from '../protocol/dataset.ts';
import { datasetOf } from '../testing/dataset.ts';
import { storeKinds, type TestStore } from '../testing/stores.ts';
import { createPixelWriter, openPixels, pixelFolder, publishCorrected, publishPart, removeOthers } from './pixels.ts';
import type { Store } from './store.ts';

let store: TestStore | undefined;
afterEach(() => store?.close());

interface Pair {
  readonly image: Uint8Array;
  readonly mask: Uint8Array;
  readonly ownMask: Uint8Array;
}

function pairOf(size: number, place: number, ownBytes = 3 + place): Pair {
  const pixels = size * size;
  return {
    image: Uint8Array.from({ length: pixels * 3 }, (_, i) => (i + place * 31) % 256),
    mask: Uint8Array.from({ length: pixels }, (_, i) => (i + place) % 2),
    ownMask: Uint8Array.from({ length: ownBytes }, (_, i) => (i * 7 + place) % 256),
  };
}

/** Long arrays are compared one value at a time otherwise. */
const asText = ({ image, mask, ownMask }: Pair) =>
  [image, mask, ownMask].map(bytes => Buffer.from(bytes).toString('base64')).join();

function summaryOf(cacheId: string, size: number, pairs: number): DatasetSummary {
  const ids = Array.from({ length: pairs }, (_, i) => `ISIC_${i}`);
  return datasetOf(ids, { cacheId, size });
}

async function write(into: Store, cacheId: string, size: number, pairs: readonly Pair[]): Promise<void> {
  const writer = await createPixelWriter(size, pairs.length, into);
  try {
    for (const { image, mask, ownMask } of pairs) {
      writer.append(image, mask, ownMask);
      await writer.ready();
    }
    await writer.publish(summaryOf(cacheId, size, pairs.length));
  } finally {
    await writer.discard();
  }
}

async function read(from: Store, cacheId: string, size: number): Promise<Pair[]> {
  const reader = await openPixels(cacheId, from);
  try {
    const places = reader.summary.ids.map((_, place) => place);
    const { images, masks } = await reader.read(places);
    const pixels = size * size;
    return await Promise.all(
      places.map(async place => ({
        image: images.slice(place * pixels * 3, (place + 1) * pixels * 3),
        mask: masks.slice(place * pixels, (place + 1) * pixels),
        ownMask: (await reader.ownMask(place)) ?? new Uint8Array(),
      })),
    );
  } finally {
    reader.close();
  }
}

const threePairs = (size: number, first = 0) => [0, 1, 2].map(place => pairOf(size, first + place));

/** Another mask for that pair, small and in its own sides. */
const bitsOf = (place: number) => ({
  mask: Uint8Array.of(1, place % 2, 0, 1),
  ownMask: Uint8Array.of(9, 9, place),
});
function correctedOf(record: number) {
  const { mask, ownMask: own } = bitsOf(record);
  const small = maskEncoder();
  small.push(mask);
  return { record, small: small.finish(), own };
}

describe.each(storeKinds)('$place', ({ hows, make }) => {
  test('what one worker has written the other reads, whatever the sizes', async () => {
    const ownBytes = fc.array(fc.oneof(fc.nat(20), fc.integer({ min: 60_000, max: 70_000 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), ownBytes, async (size, lengths) => {
        store = make();
        const pairs = lengths.map((length, place) => pairOf(size, place, length));
        await write(store.open('ingest'), 'set', size, pairs);
        const found = await read(store.open('training'), 'set', size);
        expect(found.map(asText)).toEqual(pairs.map(asText));
        store.close();
      }),
      { numRuns: 8 },
    );
  });

  test('a place that is none, and a set that is none, are refused', async () => {
    store = make();
    await write(store.open(), 'set', 2, threePairs(2));
    const reader = await openPixels('set', store.open());
    await expect(reader.read([3])).rejects.toThrow(RangeError);
    await expect(openPixels('other', store.open())).rejects.toMatchObject({ code: 'dataset-missing' });
  });

  test('what nobody uses is removed; what is read, written or named is not', async () => {
    store = make();
    const [ingest, training] = [store.open('ingest'), store.open('training')];
    for (const name of ['named', 'used', 'old']) await write(ingest, name, 2, threePairs(2));
    const reader = await openPixels('used', training);
    const begun = await createPixelWriter(2, 3, ingest);
    await removeOthers(['named'], ingest);
    expect(await read(training, 'named', 2)).toEqual(threePairs(2));
    expect((await reader.read([1])).masks).toEqual(pairOf(2, 1).mask);
    await expect(openPixels('old', training)).rejects.toMatchObject({ code: 'dataset-missing' });
    for (const { image, mask, ownMask } of threePairs(2)) begun.append(image, mask, ownMask);
    await begun.publish(summaryOf('new', 2, 3));
    reader.close();
    await removeOthers(['new'], ingest);
    expect(await read(training, 'new', 2)).toEqual(threePairs(2));
    // An index and its folder.
    expect(await pixelFolder(training).list()).toHaveLength(2);
  });

  test('a part of a set shares its pixels, which stay as long as either is wanted', async () => {
    store = make();
    const [ingest, training] = [store.open('ingest'), store.open('training')];
    await write(ingest, 'whole', 2, threePairs(2));
    await publishPart('whole', summaryOf('part', 2, 2), [0, 2], ingest);
    const part = [pairOf(2, 0), pairOf(2, 2)];
    expect((await read(training, 'part', 2)).map(asText)).toEqual(part.map(asText));
    // A part of a part counts places in the part.
    await publishPart('part', summaryOf('last', 2, 1), [1], ingest);
    expect((await read(training, 'last', 2)).map(asText)).toEqual([asText(pairOf(2, 2))]);
    await removeOthers(['part'], ingest);
    expect((await read(training, 'part', 2)).map(asText)).toEqual(part.map(asText));
    await expect(openPixels('whole', training)).rejects.toMatchObject({ code: 'dataset-missing' });
    await expect(publishPart('whole', summaryOf('none', 2, 1), [0], ingest)).rejects.toMatchObject({
      code: 'dataset-missing',
    });
    await removeOthers([], ingest);
    expect(await pixelFolder(ingest).list()).toEqual([]);
  });

  test('corrected masks take the place of those that came, in the whole and in its parts', async () => {
    store = make();
    const [ingest, training] = [store.open('ingest'), store.open('training')];
    await write(ingest, 'whole', 2, threePairs(2));
    const corrected = [1, 2].map(record => correctedOf(record));
    await publishCorrected('whole', summaryOf('corrected', 2, 3), corrected, ingest);
    const now = threePairs(2).map((pair, place) => (place === 0 ? pair : { ...pair, ...bitsOf(place) }));
    expect((await read(training, 'corrected', 2)).map(asText)).toEqual(now.map(asText));
    expect((await read(training, 'whole', 2)).map(asText)).toEqual(threePairs(2).map(asText));
    await publishPart('corrected', summaryOf('part', 2, 2), [0, 2], ingest);
    expect((await read(training, 'part', 2)).map(asText)).toEqual([now[0]!, now[2]!].map(asText));
    await removeOthers(['part'], ingest);
    expect((await read(ingest, 'part', 2)).map(asText)).toEqual([now[0]!, now[2]!].map(asText));
    // The index, the pixels, and the masks.
    expect(await pixelFolder(ingest).list()).toHaveLength(3);
    await removeOthers([], ingest);
    expect(await pixelFolder(ingest).list()).toEqual([]);
  });

  test.each(hows)('whatever operation fails (%s) while masks are replaced, no set is half there', async how => {
    for (let failAt = 1; ; failAt++) {
      store = make();
      await write(store.open(), 'whole', 2, threePairs(2));
      store.faults.revive();
      Object.assign(store.faults, { failAt, how, dead: true });
      await publishCorrected('whole', summaryOf('set', 2, 3), [correctedOf(1)], store.open('ended')).catch(() => {});
      const operation = store.faults.operations[failAt - 1];
      store.faults.revive();
      const next = store.open('ended');
      const now = threePairs(2).map((pair, place) => (place === 1 ? { ...pair, ...bitsOf(1) } : pair));
      const found = await read(next, 'set', 2).catch(thrown => thrown);
      if (Array.isArray(found)) expect(found, `${operation} failed`).toEqual(now);
      else expect(found, `${operation} failed`).toMatchObject({ code: 'dataset-missing' });
      await publishCorrected('whole', summaryOf('set', 2, 3), [correctedOf(1)], next);
      expect(await read(next, 'set', 2)).toEqual(now);
      expect(await read(next, 'whole', 2)).toEqual(threePairs(2));
      store.close();
      if (operation === undefined) break;
    }
  });

  test('the same set again leaves the pixels that are in use where they are', async () => {
    store = make();
    await write(store.open('ingest'), 'set', 2, threePairs(2));
    const reader = await openPixels('set', store.open('training'));
    await write(store.open('ingest'), 'set', 2, threePairs(2));
    expect((await reader.read([2])).masks).toEqual(pairOf(2, 2).mask);
    expect(await pixelFolder(store.open()).list()).toHaveLength(2);
  });

  test('a full storage is told as such, and leaves nothing', async () => {
    for (let failAt = 1; ; failAt++) {
      store = make();
      Object.assign(store.faults, { failAt, dead: true, error: 'QuotaExceededError' });
      const told = await write(store.open(), 'set', 2, threePairs(2)).then(
        () => undefined,
        thrown => thrown,
      );
      const reached = store.faults.operations.length >= failAt;
      store.faults.revive();
      if (!reached) break;
      // Tidying up after it is refused as well here, and its own error is then what is told.
      if (!(told instanceof DOMException)) expect(told, `operation ${failAt}`).toMatchObject({ code: 'storage-full' });
      await removeOthers([], store.open());
      expect(await pixelFolder(store.open()).list()).toEqual([]);
      store.close();
    }
  });

  test.each(
    hows.flatMap(how => [
      { how, dead: false },
      { how, dead: true },
    ]),
  )('whatever operation fails ($how; the page gone with it: $dead), no set is half there', async ({ how, dead }) => {
    for (let failAt = 1; ; failAt++) {
      store = make();
      await write(store.open(), 'before', 2, threePairs(2));
      store.faults.revive();
      Object.assign(store.faults, { failAt, how, dead });
      const failed = await write(store.open('ended'), 'set', 3, threePairs(3, 5)).then(
        () => false,
        () => true,
      );
      const operation = store.faults.operations[failAt - 1];
      store.faults.revive();
      // The worker that did it is gone, and with it what it held.
      const next = store.open('ended');
      expect(await read(next, 'before', 2), `${operation} failed`).toEqual(threePairs(2));
      const found = await read(next, 'set', 3).catch(thrown => thrown);
      if (Array.isArray(found)) expect(found).toEqual(threePairs(3, 5));
      else expect(found, `${operation} failed`).toMatchObject({ code: 'dataset-missing' });
      if (!failed) expect(found).toHaveLength(3);
      await write(next, 'set', 3, threePairs(3, 5));
      expect(await read(next, 'set', 3)).toEqual(threePairs(3, 5));
      await removeOthers(['set'], next);
      expect(await pixelFolder(next).list()).toHaveLength(2);
      store.close();
      if (operation === undefined) break;
    }
  });
});
