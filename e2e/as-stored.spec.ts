/**
 * Images are used in their pixels as stored, for that is what masks fit: no orientation (Exif in JPEG, PNG and WebP) and no colour
 * profile is applied. Read from the cache that training reads.
 */
import { deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { chunk, mask, png, soundPairs, zipOf } from './fixtures.ts';
import { expect, openStudio, pairsRead, test } from './support.ts';

const SIZE = 32;

/** A TIFF block that says nothing but how the picture is turned. */
const tiff = (orientation: number) =>
  Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);

/** The upper left quarter is dark: no turn and no mirror leaves it there. */
const inCorner = (x: number, y: number) => x < 24 && y < 16;
const corner = () => png(48, 32, 'rgb', (x, y, c) => (inCorner(x, y) ? 40 + c : 200 - c));
const cornerMask = () => png(48, 32, 'grey', (x, y) => (inCorner(x, y) ? 255 : 0));

const behindHeader = (file: Buffer, ...chunks: Buffer[]) =>
  Buffer.concat([file.subarray(0, 33), ...chunks, file.subarray(33)]);

/** The same picture as JPEG and WebP, by the browser's own encoders. */
async function encoded(page: Page, type: string): Promise<Buffer> {
  const text = await page.evaluate(async type => {
    const canvas = new OffscreenCanvas(48, 32);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.fillStyle = 'rgb(200 199 198)';
    context.fillRect(0, 0, 48, 32);
    context.fillStyle = 'rgb(40 41 42)';
    context.fillRect(0, 0, 24, 16);
    const blob = await canvas.convertToBlob({ type, quality: 1 });
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  }, type);
  return Buffer.from(text, 'base64');
}

function turnedJpeg(jpeg: Buffer, orientation: number): Buffer {
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff(orientation)]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, content, jpeg.subarray(2)]);
}

/** RFC 9649: a VP8X chunk whose flags say that there is Exif, the picture, and the EXIF chunk. */
function turnedWebp(webp: Buffer, orientation: number): Buffer {
  const body = Buffer.from(webp.subarray(12));
  const extended = body.toString('latin1', 0, 4) === 'VP8X';
  const head = Buffer.from('VP8X\x0a\0\0\0\x08\0\0\0\x2f\0\0\x1f\0\0', 'latin1');
  if (extended) body[8] = (body[8] ?? 0) | 8;
  const exif = Buffer.concat([Buffer.from('EXIF\x1a\0\0\0', 'latin1'), tiff(orientation)]);
  const whole = Buffer.concat([Buffer.from('WEBP'), extended ? Buffer.alloc(0) : head, body, exif]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(whole.length);
  return Buffer.concat([Buffer.from('RIFF'), size, whole]);
}

/** ICC.1:2010, version 2: primaries in another order, linear. A picture shown by it has other colours. */
function swappedProfile(): Buffer {
  const fixed = (value: number) => Math.round(value * 65536);
  const xyz = (...values: number[]) => {
    const tag = Buffer.alloc(20);
    tag.write('XYZ ', 0, 'latin1');
    values.forEach((value, i) => {
      tag.writeInt32BE(fixed(value), 8 + 4 * i);
    });
    return tag;
  };
  const curve = Buffer.from('curv\0\0\0\0\0\0\0\0', 'latin1');
  const text = Buffer.alloc(100);
  text.write('desc', 0, 'latin1');
  text.writeUInt32BE(2, 8);
  text.write('x', 12, 'latin1');
  const copyright = Buffer.from('text\0\0\0\0x\0\0\0', 'latin1');
  const tags: [string, Buffer][] = [
    ['desc', text],
    ['cprt', copyright],
    ['wtpt', xyz(0.9642, 1, 0.8249)],
    ['rXYZ', xyz(0.1431, 0.0606, 0.7139)],
    ['gXYZ', xyz(0.4361, 0.2225, 0.0139)],
    ['bXYZ', xyz(0.3851, 0.7169, 0.0971)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  let at = 128 + table.length;
  tags.forEach(([name, data], i) => {
    table.write(name, 4 + 12 * i, 'latin1');
    table.writeUInt32BE(at, 8 + 12 * i);
    table.writeUInt32BE(data.length, 12 + 12 * i);
    at += data.length;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x02100000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  for (const [i, value] of [0.9642, 1, 0.8249].entries()) header.writeInt32BE(fixed(value), 68 + 4 * i);
  return Buffer.concat([header, table, ...tags.map(([, data]) => data)]);
}

const profiled = (file: Buffer) =>
  behindHeader(file, chunk('iCCP', Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(swappedProfile())])));

/** What training reads of each pair, by id: RGB and mask. */
async function cached(page: Page): Promise<Record<string, { image: number[]; mask: number[] }>> {
  return page.evaluate(async size => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('pixels');
    const index = [];
    for await (const [name, handle] of folder.entries())
      if (name.endsWith('.json'))
        index.push(JSON.parse(await (await (handle as FileSystemFileHandle).getFile()).text()));
    if (index.length !== 1) throw new Error(`${index.length} caches`);
    const pairs = await (await folder.getDirectoryHandle(index[0].folder)).getFileHandle('pairs.bin');
    const bytes = new Uint8Array(await (await pairs.getFile()).arrayBuffer());
    const area = size * size;
    return Object.fromEntries(
      (index[0].summary.ids as string[]).map((id, i) => {
        const record = bytes.subarray(i * area * 4, (i + 1) * area * 4);
        return [id, { image: [...record.subarray(0, area * 3)], mask: [...record.subarray(area * 3)] }];
      }),
    );
  }, SIZE);
}

test('@long orientations and colour profiles are left alone, in images and masks', async ({ page }) => {
  await openStudio(page, `size=${SIZE}`);
  const [jpeg, webp] = [await encoded(page, 'image/jpeg'), await encoded(page, 'image/webp')];
  const images: Record<string, Buffer> = { 'PLAIN.png': corner(), 'PROFILE.png': profiled(corner()) };
  const masks: Record<string, Buffer> = { PLAIN: cornerMask(), PROFILE: cornerMask() };
  for (const way of [2, 3, 4, 6, 8]) {
    images[`PNG${way}.png`] = behindHeader(corner(), chunk('eXIf', tiff(way)));
    images[`LATE${way}.png`] = Buffer.concat([
      corner().subarray(0, -12),
      chunk('eXIf', tiff(way)),
      corner().subarray(-12),
    ]);
    images[`JPEG${way}.jpg`] = turnedJpeg(jpeg, way);
    images[`WEBP${way}.webp`] = turnedWebp(webp, way);
    images[`MASK${way}.png`] = corner();
    masks[`MASK${way}`] = behindHeader(cornerMask(), chunk('eXIf', tiff(way)));
  }
  // The detector detects: this browser does turn such pictures, and does apply such a profile, unless it is kept from it.
  const shown = await page.evaluate(
    async texts => {
      const answers = [];
      for (const text of texts) {
        const blob = new Blob([Uint8Array.from(atob(text), letter => letter.charCodeAt(0))]);
        const bitmap = await createImageBitmap(blob);
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
        context?.drawImage(bitmap, 0, 0);
        answers.push({ width: bitmap.width, first: [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3) });
      }
      return answers;
    },
    ['PNG6.png', 'JPEG6.jpg', 'PNG3.png', 'PROFILE.png'].map(name => images[name]?.toString('base64') ?? ''),
  );
  expect(shown.map(({ width }) => width)).toEqual([32, 32, 48, 48]);
  expect(shown[2]?.first).toEqual([200, 199, 198]);
  expect(shown[3]?.first).not.toEqual([40, 41, 42]);

  const entries: Record<string, Buffer> = { ...soundPairs(10) };
  for (const [name, file] of Object.entries(images)) {
    const id = name.slice(0, name.lastIndexOf('.'));
    entries[`x/${name}`] = file;
    entries[`x/${id}_segmentation.png`] = masks[id] ?? cornerMask();
  }
  // A picture that was turned upright before its mask was drawn: then only the turned one has the mask's size.
  entries['x/UPRIGHT.jpg'] = turnedJpeg(jpeg, 6);
  entries['x/UPRIGHT_segmentation.png'] = mask(32, 48);
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(entries));
  await expect(page.getByRole('region', { name: 'Dataset' })).toContainText(/train \d+/, { timeout: 60_000 });
  await expect(page.getByRole('list', { name: 'Rejected files' })).toHaveCount(0);
  const pairs = await cached(page);
  const plain = pairs.PLAIN;
  expect(plain?.mask.filter(Boolean)).toHaveLength((SIZE * SIZE) / 4);
  expect(plain?.image.slice(0, 3)).toEqual([40, 41, 42]);
  for (const [id, pair] of Object.entries(pairs)) {
    if (id.startsWith('ISIC') || id === 'UPRIGHT') continue;
    expect(pair.mask, `mask of ${id}`).toEqual(plain?.mask);
    const furthest = Math.max(...pair.image.map((value, i) => Math.abs(value - (plain?.image[i] ?? 0))));
    // JPEG and WebP round, most of all along the edge.
    expect(furthest, `pixels of ${id}`).toBeLessThanOrEqual(/JPEG|WEBP/.test(id) ? 40 : 0);
  }
  expect(Object.keys(pairs)).toHaveLength(10 + Object.keys(images).length + 1);
});

test('a JPEG whose header lies about its size is listed with what it says', async ({ page }) => {
  await openStudio(page, `size=${SIZE}`);
  const jpeg = await encoded(page, 'image/jpeg');
  /** SOF0: marker, length, precision, height, width (ITU-T T.81, B.2.2). */
  const stating = (width: number, height: number) => {
    const copy = Buffer.from(jpeg);
    const at = copy.indexOf(Buffer.from([0xff, 0xc0]));
    copy.writeUInt16BE(height, at + 5);
    copy.writeUInt16BE(width, at + 7);
    return copy;
  };
  const entries = {
    ...soundPairs(10),
    'x/LARGEST.jpg': stating(65_535, 65_535),
    'x/LARGEST_segmentation.png': cornerMask(),
    'x/WIDER.jpg': stating(4000, 32),
    'x/WIDER_segmentation.png': cornerMask(),
    'x/NOTHING.jpg': stating(0, 0),
    'x/NOTHING_segmentation.png': cornerMask(),
  };
  const begin = Date.now();
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(entries));
  await pairsRead(page, 10);
  expect(Date.now() - begin).toBeLessThan(10_000);
  const listed = (await page.getByRole('list', { name: 'Rejected files' }).innerText()).split('\n').join(' ');
  expect(listed).toContain('LARGEST.jpg — has 65535 × 65535 pixels, 4294.8 million; at most 64 million are decoded');
  expect(listed).toMatch(/WIDER\S* — (has 48 × 32 pixels and its image 4000 × 32|does not decode)/);
  expect(listed).toContain('NOTHING.jpg — has 0 × 0 pixels');
});
