/** What follows for a data set from masks that were corrected. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskEncoder } from '../masks/coded.ts';
import { plainPreparation } from '../protocol/preparation.ts';
import type { MaskBook } from '../store/mask-book.ts';
import type { KeptMasks } from '../store/mask-history.ts';
import { checkMask, keyOf, presentMasks, shrunkMask, withMasks } from './corrections.ts';
import { withoutPairs } from './left-out.ts';
import { framedAverager } from './resize.ts';
import type { Source } from './source.ts';
import { type KeptPair, type ReadPairs, summarise } from './summarise.ts';

const [WIDTH, HEIGHT, SIZE] = [20, 12, 8];
const source = (path: string): Source => ({ path, origin: '', size: 1, read: async () => new ArrayBuffer(1) });
const coded = (bits: Uint8Array) => {
  const encoder = maskEncoder();
  encoder.push(bits);
  return encoder.finish();
};
const bitsWith = (count: number) => Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i < count ? 1 : 0));

async function readOf(count: number, over: Partial<ReadPairs['facts']> = {}): Promise<ReadPairs> {
  const kept = Array.from({ length: count }, (_, i): KeptPair => {
    const id = `ISIC_${1000 + i}`;
    return {
      ...{
        id,
        imageHash: `${i}`.repeat(64),
        maskHash: `m${i}`.repeat(32),
        width: WIDTH,
        height: HEIGHT,
        ownMaskBytes: 9,
      },
      ...{ notice: '', lesionShare: 0.5, meanGrey: 100, files: [source(`${id}.jpg`), source(`${id}.png`)] },
    };
  });
  const facts = { problems: [], skipped: 0, source: 'x.zip', maskReading: undefined, tables: [], ...over };
  const preparation = { ...plainPreparation, size: SIZE };
  return { kept, preparation, facts, summary: await summarise(kept, preparation, facts) };
}

function bookOf(kept: ReadonlyMap<string, KeptMasks | null>): MaskBook {
  return {
    keys: async () => new Set(kept.keys()),
    get: async key => kept.get(key),
    change: () => Promise.reject(new Error('not here')),
  };
}

test('the fingerprint follows the masks and nothing else does; as they came, everything is as it was', async () => {
  const read = await readOf(12);
  const own = coded(bitsWith(60));
  const { pairs, masks } = await withMasks(read, new Map([['ISIC_1003', own]]));
  const { summary } = pairs;
  expect(summary.hash).not.toBe(read.summary.hash);
  expect(summary.cacheId).not.toBe(read.summary.cacheId);
  expect(summary.original).toBe(read.summary.hash);
  expect(summary.corrected).toEqual([{ id: 'ISIC_1003', mask: expect.stringMatching(/^[0-9a-f]{16}$/) }]);
  expect(summary.lesionShares?.[3]).toBe(60 / (WIDTH * HEIGHT));
  expect({ ...summary.groups }).toEqual({ ...read.summary.groups });
  expect([summary.ids, summary.imageHashes]).toEqual([read.summary.ids, read.summary.imageHashes]);
  expect(masks.map(({ record }) => record)).toEqual([3]);
  const other = await withMasks(read, new Map([['ISIC_1003', coded(bitsWith(61))]]));
  expect(other.pairs.summary.hash).not.toBe(summary.hash);
  expect((await withMasks(read, new Map())).pairs).toBe(read);
  // Without the pair that was corrected it is the data set that its files give without it.
  const without = (await withoutPairs(pairs, ['ISIC_1003'])).summary;
  expect(without.hash).toBe((await withoutPairs(read, ['ISIC_1003'])).summary.hash);
  expect(without.corrected).toBeUndefined();
  const fewer = (await withoutPairs(pairs, ['ISIC_1000'])).summary;
  expect(fewer.corrected).toEqual(summary.corrected);
  expect(fewer.original).toBe((await withoutPairs(read, ['ISIC_1000'])).summary.hash);
});

test('a mask is shrunk as the reading of files shrinks it', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 150 * 12, maxLength: 150 * 12, max: 1 }),
      fc.constantFrom('squeeze' as const, 'letterbox' as const, 'crop' as const),
      (bits, framing) => {
        const average = framedAverager(framing, SIZE, { width: 12, height: 150, channels: 1 });
        average.push(bits, 150, 1);
        expect(shrunkMask(coded(bits), { width: 12, height: 150 }, framing, SIZE)).toEqual(average.finish());
      },
    ),
  );
});

test('corrections are found by pair and reading, in any data set; one that cannot be read is told', async () => {
  const read = await readOf(12);
  const own = coded(bitsWith(60));
  const asItCame = coded(bitsWith(10));
  const kept = (mask: Uint8Array<ArrayBuffer>): KeptMasks => ({
    ...{ id: '', draft: null },
    versions: [{ at: 1, origin: { kind: 'hand' }, mask }],
  });
  const keys = await Promise.all(read.kept.map(pair => keyOf(pair, read)));
  expect(new Set(keys).size).toBe(12);
  const book = bookOf(
    new Map([
      [keys[2] ?? '', kept(own)],
      // Brought back to what it was.
      [keys[4] ?? '', kept(asItCame)],
      [keys[5] ?? '', null],
      // Drawn and never saved.
      [keys[6] ?? '', { id: '', versions: [], draft: { at: 1, origin: { kind: 'hand' }, mask: own, steps: 1 } }],
      ['another data set’s', kept(own)],
    ]),
  );
  const found = await presentMasks(read, book, async () => asItCame);
  expect([...found.masks]).toEqual([['ISIC_1002', own]]);
  expect(found.unreadable).toEqual(['ISIC_1005']);
  const { pairs } = await withMasks(read, found.masks, found.unreadable);
  expect(pairs.summary.rejected).toEqual([{ file: 'ISIC_1005', reason: expect.stringContaining('cannot be read') }]);
  const turned = await readOf(12, { maskReading: { invert: true } });
  expect((await presentMasks(turned, book, async () => asItCame)).masks.size).toBe(0);
  const corrected = pairs.kept[2]!;
  expect(await keyOf(corrected, pairs)).toBe(keys[2]);
});

test('a mask of other sides is refused', () => {
  const pair = { id: 'a', width: WIDTH, height: HEIGHT } as KeptPair;
  expect(() => checkMask(coded(bitsWith(3)), pair)).not.toThrow();
  expect(() => checkMask(coded(bitsWith(3).subarray(1)), pair)).toThrow(/20 × 12/);
  expect(() => checkMask(coded(new Uint8Array(WIDTH * HEIGHT + 1)), pair)).toThrow(/20 × 12/);
  expect(() => checkMask(new Uint8Array(), pair)).toThrow(/20 × 12/);
});
