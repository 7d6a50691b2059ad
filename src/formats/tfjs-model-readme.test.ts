import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { buildNetwork } from '../network/catalogue.ts';
import { frame, framings } from '../protocol/preparation.ts';
import { modelReadme } from './tfjs-model-readme.ts';

const SIZE = 8;

test.each(framings)('the example prepares an image as the page does (%s)', async framing => {
  await tf.setBackend('cpu');
  const text = modelReadme(buildNetwork('improved-unet', 2), { size: SIZE, filters: 2, framing, constancy: true });
  expect(text).toContain('shades of grey');
  const code = /toFloat\(\);\n([\s\S]*?)\n {2}const image/.exec(text)?.[1] ?? '';
  const prepare = new Function('tf', 'pixels', `${code}\nreturn square;`) as (
    t: typeof tf,
    p: tf.Tensor3D,
  ) => tf.Tensor;
  // 20 wide and 11 high, white but for its outermost columns, which a crop leaves out.
  const pixels = tf.tensor3d(
    Array.from({ length: 11 }, () => Array.from({ length: 20 }, (_, x) => new Array(3).fill(x % 19 === 0 ? 128 : 255))),
  );
  const square = prepare(tf, pixels);
  expect(square.shape).toEqual([SIZE, SIZE, 3]);
  const { target } = frame(framing, SIZE, 20, 11);
  const red = Array.from(await square.slice([0, 0, 0], [SIZE, SIZE, 1]).data());
  red.forEach((value, at) => {
    const [x, y] = [at % SIZE, Math.floor(at / SIZE)];
    const inside =
      x >= target.left && x < target.left + target.width && y >= target.top && y < target.top + target.height;
    expect(value > 0, `${x}, ${y}`).toBe(inside);
  });
  if (framing === 'crop') expect(Math.min(...red)).toBe(255);
});
