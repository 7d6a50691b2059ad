/** The masks of the small inputs beside the project, where they are there: the shares of lesion that their README states. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listSources } from './archive.ts';
import { maskSurvey } from './mask-values.ts';
import { byCodeUnits } from './pairs.ts';
import { readPngMask } from './png-mask.ts';

const FOLDER = new URL('../../../shared/field/', import.meta.url);
const SHARES = [0.603, 0.319, 0.282, 0.261, 0.515, 0.414, 0.67, 0.267, 0.384, 0.279, 0.261, 0.736];
/** Lesion share by file; the others hold ordinary masks in other layouts. */
const inputs: Record<string, readonly number[]> = {
  '01-alpha-mask-black.zip': SHARES,
  '02-inverted-masks.zip': SHARES.map(share => 1 - share),
  '03-all-white-masks.zip': SHARES.map(() => 1),
  '03b-all-black-masks.zip': SHARES.map(() => 0),
  '04-masks-0-1.zip': SHARES,
  '05-voc-layout-red.zip': SHARES,
  '05b-masks-red-128.zip': SHARES,
  '16-nnunet-layout.zip': SHARES,
};

async function lesionShares(name: string): Promise<number[]> {
  const file = new File([readFileSync(new URL(name, FOLDER))], name);
  const { sources } = await listSources([{ path: name, file }]);
  const masks = sources.filter(({ path }) => /(^|\/)(masks|labelsTr|SegmentationClass)\/[^/]+\.png$/.test(path));
  const shares = [];
  for (const mask of masks.sort((a, b) => byCodeUnits(a.path, b.path))) {
    const picture = readPngMask(new Uint8Array(await mask.read()));
    if (!picture) throw new Error(`${mask.path} is nothing for the library`);
    const pixels = picture.strip(0, picture.height);
    const survey = maskSurvey(picture.width);
    survey.push(pixels, picture.height);
    const reading = survey.finish();
    if (reading.kind !== 'read') throw new Error(`${mask.path}: ${JSON.stringify(reading)}`);
    const bits = new Uint8Array(picture.width * picture.height);
    reading.rule(pixels, bits);
    shares.push(bits.reduce((sum, bit) => sum + bit, 0) / bits.length);
  }
  return shares;
}

describe.skipIf(!existsSync(FOLDER))('inputs of the kinds that people meet', () => {
  test.each(Object.entries(inputs))('%s', async (name, stated) => {
    const shares = await lesionShares(name);
    expect(shares).toHaveLength(stated.length);
    for (const [i, share] of shares.entries()) expect(Math.abs(share - stated[i]!), `pair ${i}`).toBeLessThan(0.0015);
  });
});
