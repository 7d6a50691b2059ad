/** Masks of every kind are read right or refused, what is odd about a set is told, and a browser that alters pixels is found out. */
import { deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { alteredPage } from './altered-page.ts';
import { chunk, inLesion, png, skin, soundPairs, zipOf } from './fixtures.ts';
import { bytesOf, clean, downloadFrom, expect, openStudio, pairsRead, test } from './support.ts';

const [WIDTH, HEIGHT] = [48, 32];
const dataset = (page: Page) => page.getByRole('region', { name: 'Dataset' });
const inside = (x: number, y: number) => inLesion(x, y, WIDTH, HEIGHT);

type Channels = readonly number[];
const two = (lesion: Channels, rest: Channels) =>
  png(WIDTH, HEIGHT, lesion.length === 1 ? 'grey' : lesion.length === 3 ? 'rgb' : 'rgba', (x, y, c) => {
    const values = inside(x, y) ? lesion : rest;
    return values[c] ?? 0;
  });

/** The ordinary mask as the browser's own encoder writes it, white or in a colour. */
async function encoded(page: Page, type: string, colour: string): Promise<Buffer> {
  const lesion = [...Array(WIDTH * HEIGHT).keys()].filter(i => inside(i % WIDTH, Math.floor(i / WIDTH)));
  const text = await page.evaluate(
    async ({ lesion, type, colour, width, height }) => {
      const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false });
      if (!context) throw new Error('no canvas');
      context.fillStyle = colour;
      for (const i of lesion) context.fillRect(i % width, Math.floor(i / width), 1, 1);
      const blob = await context.canvas.convertToBlob({ type, quality: 0.95 });
      return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
    },
    { lesion, type, colour, width: WIDTH, height: HEIGHT },
  );
  return Buffer.from(text, 'base64');
}

/** A BMP of one bit a pixel, with its two colours: rows from the bottom up, filled up to four bytes. */
function bitmapOfOneBit(): Buffer {
  const line = 4 * Math.ceil(WIDTH / 32);
  const file = Buffer.alloc(62 + line * HEIGHT);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(62, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(WIDTH, 18);
  file.writeInt32LE(HEIGHT, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(1, 28);
  file.writeUInt32LE(2, 46);
  file.set([0, 0, 0, 0, 255, 255, 255, 0], 54);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) if (inside(x, y)) file[62 + (HEIGHT - 1 - y) * line + (x >> 3)]! |= 128 >> (x & 7);
  return file;
}

/** Grey of one bit in the seven turns of Adam7 (ISO/IEC 15948, 8.2), its white transparent by tRNS: left to the browser's decoder. */
function interlacedClearWhite(): Buffer {
  const turns = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  const lines: Buffer[] = [];
  for (const [left, top, right, down] of turns)
    for (let y = top; y < HEIGHT; y += down) {
      const columns = Math.ceil((WIDTH - left) / right);
      const line = Buffer.alloc(1 + Math.ceil(columns / 8));
      for (let i = 0; i < columns; i++) if (inside(left + i * right, y)) line[1 + (i >> 3)]! |= 128 >> (i & 7);
      lines.push(line);
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([1, 0, 0, 0, 1], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('tRNS', Buffer.from([0, 1])),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Lesion pixels of each mask in the cache, at 32 × 32. */
async function cachedLesions(page: Page): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('pixels');
    const counts: Record<string, number> = {};
    for await (const [name, handle] of folder.entries()) {
      if (!name.endsWith('.json')) continue;
      const index = JSON.parse(await (await (handle as FileSystemFileHandle).getFile()).text());
      const pairs = await (await folder.getDirectoryHandle(index.folder)).getFileHandle('pairs.bin');
      const bytes = new Uint8Array(await (await pairs.getFile()).arrayBuffer());
      for (const [i, id] of (index.summary.ids as string[]).entries())
        counts[id] = bytes.subarray(i * 4096 + 3072, (i + 1) * 4096).reduce((sum, bit) => sum + bit, 0);
    }
    return counts;
  });
}

test('two-valued masks of every kind are the same mask; others are refused with what was found', async ({ page }) => {
  await openStudio(page, 'size=32');
  const kinds: Record<string, Buffer> = {
    ALPHA: two([0, 0, 0, 255], [0, 0, 0, 0]),
    ONE: two([1], [0]),
    HALF: two([128], [0]),
    RED: two([255, 0, 0], [0, 0, 0]),
    GREEN: two([0, 255, 0], [0, 0, 0]),
    BLUE: two([0, 0, 255], [0, 0, 0]),
    DULL: two([128, 0, 0], [0, 0, 0]),
    CLEAR: two([255, 0, 0, 255], [255, 255, 255, 0]),
    BITS: bitmapOfOneBit(),
    TURNS: interlacedClearWhite(),
    WEBP: await encoded(page, 'image/webp', 'white'),
    JPEG: await encoded(page, 'image/jpeg', 'white'),
  };
  const refused: Record<string, Buffer> = {
    DOUBT: two([255, 0, 0], [0, 255, 0]),
    LABELS: png(WIDTH, HEIGHT, 'grey', (x, y) => (y > 24 ? 2 : inside(x, y) ? 1 : 0)),
  };
  const entries: Record<string, Buffer> = { ...soundPairs(10) };
  for (const [id, file] of Object.entries({ ...kinds, ...refused })) {
    entries[`x/${id}.png`] = skin(WIDTH, HEIGHT, 60 + Object.keys(entries).length);
    entries[`x/${id}_segmentation.png`] = file;
  }
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(entries));
  await pairsRead(page, 22);
  const counts = await cachedLesions(page);
  const right = counts.ISIC_1000 ?? 0;
  expect(right).toBeGreaterThan(150);
  for (const id of Object.keys(kinds)) {
    const off = Math.abs((counts[id] ?? 0) - right);
    expect(off, id).toBeLessThanOrEqual(/JPEG|WEBP/.test(id) ? 12 : 0);
  }
  const listed = await page.getByRole('list', { name: 'Rejected files' }).innerText();
  expect(listed).toMatch(/DOUBT\S*\s+— has two colours, 0\/255\/0 and 255\/0\/0/);
  expect(listed).toMatch(/LABELS\S*\s+— has 3 values: 0 \(/);
  await expect(page.getByRole('region', { name: 'Notices about masks' })).toHaveCount(0);
});

test('two colours that do not say which is the lesion are asked about once, for the whole set', async ({ page }) => {
  await openStudio(page, 'size=32');
  const [red, green]: Channels[] = [
    [220, 20, 30],
    [20, 200, 40],
  ];
  const entries = soundPairs(12);
  for (let i = 0; i < 12; i++) entries[`data/masks/ISIC_${1000 + i}_segmentation.png`] = two(red!, green!);
  await page.getByLabel('Dataset files').setInputFiles([await zipOf(entries)]);
  const question = page.getByRole('region', { name: 'Question about masks' });
  await expect(question).toContainText('12 masks have two colours, and neither is surely the lesion');
  await clean(page, 'a question about masks');
  await page.getByRole('button', { name: 'The lesion is red (220/20/30)' }).click();
  await expect(dataset(page).getByText('12 pairs', { exact: true }).first()).toBeVisible();
  await expect(question).toBeHidden();
  const share = (csv: string) => csv.split('\r\n')[1]?.split(',')[5];
  const csvOf = async () => (await bytesOf(await downloadFrom(page, 'Export pairs'))).toString();
  const lesion = [...Array(WIDTH * HEIGHT).keys()].filter(i => inside(i % WIDTH, Math.floor(i / WIDTH))).length;
  expect(share(await csvOf())).toBe((lesion / (WIDTH * HEIGHT)).toFixed(4));
});

test('inverted, empty and full masks are counted, and one switch turns them all round', async ({ page }) => {
  await openStudio(page, 'size=32');
  const entries: Record<string, Buffer> = {};
  for (const [path, file] of Object.entries(soundPairs(10)))
    entries[path] = path.includes('_segmentation') ? two([0], [255]) : file;
  entries['x/NONE.png'] = skin(WIDTH, HEIGHT, 70);
  entries['x/NONE_segmentation.png'] = two([0], [0]);
  entries['x/WHOLE.png'] = skin(WIDTH, HEIGHT, 71);
  entries['x/WHOLE_segmentation.png'] = two([255], [255]);
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(entries));
  const notices = page.getByRole('region', { name: 'Notices about masks' });
  await expect(notices).toContainText('10 masks look inverted', { timeout: 60_000 });
  await expect(notices).toContainText('1 mask is empty');
  await expect(notices).toContainText('1 mask is full');
  await dataset(page).getByText('More', { exact: true }).click();
  const fingerprint = () => dataset(page).locator('code').last().innerText();
  const before = await fingerprint();
  expect(before).not.toBe('');
  await notices.getByLabel('Invert masks').click();
  await expect(notices).not.toContainText('masks look inverted');
  await expect(notices.getByLabel('Invert masks')).toBeChecked();
  await expect.poll(fingerprint).not.toBe(before);
  await notices.getByLabel('Invert masks').click();
  await expect(notices).toContainText('10 masks look inverted');
  await expect.poll(fingerprint).toBe(before);
});

test.describe('a browser that alters canvases', () => {
  test('noise: nothing is read, and one alert says which permission to give', async ({ browser, baseURL }) => {
    const { page, close } = await alteredPage(browser, baseURL ?? '', {
      change: 'picture.data[i] = (picture.data[i] + i * 31) & 255;',
      decoder: false,
    });
    await page.getByLabel('Dataset files').setInputFiles(await zipOf(soundPairs(10)));
    await expect(page.getByRole('alert')).toContainText('alters the pixels');
    await expect(page.getByRole('alert')).toContainText('allow this page to read canvases');
    await expect(page.getByRole('alert')).toHaveCount(1);
    await expect(dataset(page)).not.toContainText('10 pairs');
    await close();
  });

  test('the lowest bit: told once, and nothing is refused', async ({ browser, baseURL }) => {
    const { page, close } = await alteredPage(browser, baseURL ?? '', {
      change: 'if (i % 52 === 0) picture.data[i] ^= 1;',
      decoder: false,
    });
    await page.getByLabel('Dataset files').setInputFiles(await zipOf(soundPairs(10)));
    await pairsRead(page, 10);
    await expect(page.getByRole('region', { name: 'Notices about masks' })).toContainText('alters the lowest bit');
    await close();
  });
});
