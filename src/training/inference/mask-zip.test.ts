import JSZip from 'jszip';
import { expect, test } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import { evaluate } from './evaluate.ts';
import { type Predictions, zipMasks } from './mask-zip.ts';

/** Every pixel is as probable as its image's first byte says, of 255. */
const engine = {
  settings: { batch: 2, network: buildNetwork('improved-unet', 1) },
  predict: async (images: Uint8Array, count: number) =>
    Float32Array.from({ length: count * 4 }, (_, i) => (images[Math.floor(i / 4) * 12] ?? 0) / 255),
} as unknown as Engine;
const pixels = {
  size: 2,
  read: async (places: readonly number[]) => ({
    images: Uint8Array.from(places.flatMap(place => Array.from({ length: 12 }, () => (place % 2) * 255))),
    masks: new Uint8Array(places.length * 4),
  }),
};

test('hostile ids are names in the zip’s own folder, none lost', async () => {
  const ids = ['ISIC_1', '../../x', '..\\..\\x', '/x', 'C:x', 'NUL.x', 'A', 'a', 'z'.repeat(3000)];
  const sides = ids.map(() => [3, 2] as const);
  const input = { ids, sides, framing: 'squeeze' as const, threshold: 0.5 };
  const places = [...ids.keys()];
  const predictions: Predictions = visit => evaluate(engine, pixels as never, places, visit);
  const zip = await JSZip.loadAsync(await zipMasks(predictions, 2, places, input, () => {}));
  const names = Object.keys(zip.files);
  expect(names).toEqual([
    'ISIC_1_segmentation.png',
    '__.._x_segmentation.png',
    '__.._x_segmentation (2).png',
    '_x_segmentation.png',
    'C_x_segmentation.png',
    '_NUL.x_segmentation.png',
    'A_segmentation.png',
    'a_segmentation (2).png',
    `${'z'.repeat(200)}_segmentation.png`,
  ]);
  expect(Object.values(zip.files).every(({ dir }) => !dir)).toBe(true);
});
