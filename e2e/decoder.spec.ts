/** A browser that alters canvases and has ImageDecoder: the same pixels as everywhere else, without a canvas. */
import { alteredPage } from './altered-page.ts';
import { cmykJpeg, mask, png, progressiveJpeg, skin, zipOf } from './fixtures.ts';
import { jpegs, maskJpeg } from './jpegs.ts';
import { keptBytes } from './kept.ts';
import { expect, openStudio, pairsRead, test } from './support.ts';

function pairs(): Record<string, Buffer> {
  const images: Record<string, Buffer> = {
    'CMYK.jpg': cmykJpeg,
    'PROGRESSIVE.jpg': progressiveJpeg,
    'PNG.png': skin(48, 32, 3),
    'ALPHA.png': png(48, 32, 'rgba', (x, y, c) => (c === 3 ? (x * 5) % 256 : (x * 7 + y * 11 + c * 50) % 256)),
  };
  for (const [name, base64] of Object.entries(jpegs)) images[`${name}.jpg`] = Buffer.from(base64, 'base64');
  const entries: Record<string, Buffer> = {};
  for (const [name, image] of Object.entries(images)) {
    const [width, height] = name.startsWith('odd') ? [47, 31] : name.startsWith('turned') ? [32, 48] : [48, 32];
    entries[`images/${name}`] = image;
    // JPEG masks come through the browser's decoder, PNG masks do not.
    if (name.startsWith('grey')) entries[`masks/${name}`] = Buffer.from(maskJpeg, 'base64');
    else entries[`masks/${name.replace(/\.jpg$/, '.png')}`] = mask(width, height);
  }
  return entries;
}

for (const [what, change] of [
  ['@long noise', 'picture.data[i] = (picture.data[i] + i * 31) & 255;'],
  ['@long the lowest bit', 'if (i % 52 === 0) picture.data[i] ^= 1;'],
] as const)
  test(`${what}: the bytes of a browser that alters nothing, and no notice`, async ({ page, browser, baseURL }) => {
    const zip = await zipOf(pairs());
    await openStudio(page, 'size=32');
    await page.getByLabel('Dataset files').setInputFiles(zip);
    await pairsRead(page, 11);
    const wanted = await keptBytes(page);
    const ids = await page.evaluate(() => window.studio.store.getState().dataset?.ids);
    const { page: altered, close } = await alteredPage(browser, baseURL ?? '', { change, decoder: true });
    await altered.getByLabel('Dataset files').setInputFiles(zip);
    await pairsRead(altered, 11);
    expect(await altered.evaluate(() => window.studio.store.getState().dataset?.ids)).toEqual(ids);
    expect(await keptBytes(altered)).toEqual(wanted);
    await expect(altered.getByText('alters the lowest bit')).toHaveCount(0);
    await close();
  });
