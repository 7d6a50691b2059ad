/** Archives and pictures made to exhaust whoever reads them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { deflateBomb, zipBytes } from '../../src/testing/archives.ts';
import { chunk, mask, skin, soundPairs } from '../fixtures.ts';
import { expect, openStudio, pairsRead, test, useDemoData } from '../support.ts';

const dataset = (page: Page) => page.getByRole('region', { name: 'Dataset' });
const rejected = (page: Page) => page.getByRole('list', { name: 'Rejected files' }).getByRole('listitem');

/** Drops the archive and waits until it is read; returns seconds. It lies on disk, as a user's does. */
async function drop(page: Page, name: string, archive: Uint8Array): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'lesion-studio-'));
  try {
    await writeFile(join(folder, name), archive);
    const begin = performance.now();
    await page.getByLabel('Dataset files').setInputFiles(join(folder, name));
    await expect(page.getByRole('button', { name: 'Use demo data' })).toBeEnabled({ timeout: 60_000 });
    return (performance.now() - begin) / 1000;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function heap(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { measureUserAgentSpecificMemory: measure } = performance as unknown as {
      measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
    };
    return (await measure.call(performance)).bytes;
  });
}

/** Chunks before the picture's data, its first chunk (33 bytes with the signature) left in place. */
const withChunks = (png: Buffer, ...chunks: Buffer[]) =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);

test('PNG chunks that inflate to 10 GB, or come by the hundred thousand', async ({ page }) => {
  const zlib = Buffer.concat([Buffer.from([0x78, 0x9c]), deflateBomb().packed]);
  const comment = chunk('tEXt', Buffer.from('a\0b', 'latin1'));
  const hostile: Record<string, Buffer> = {
    profile: withChunks(skin(48, 32, 1), chunk('iCCP', Buffer.concat([Buffer.from('x\0\0', 'latin1'), zlib]))),
    text: withChunks(skin(48, 32, 2), chunk('zTXt', Buffer.concat([Buffer.from('x\0\0', 'latin1'), zlib]))),
    international: withChunks(
      skin(48, 32, 3),
      chunk('iTXt', Buffer.concat([Buffer.from('x\0\x01\0\0\0', 'latin1'), zlib])),
    ),
    crowd: withChunks(skin(48, 32, 4), Buffer.alloc(300_000 * comment.length, comment)),
    pixels: withChunks(skin(48, 32, 5), chunk('IDAT', zlib)),
    claims: withChunks(skin(48, 32, 6), Buffer.from([0x7f, 0xff, 0xff, 0xff, 0x69, 0x54, 0x58, 0x74])),
  };
  await openStudio(page, 'size=16&demo=13');
  await useDemoData(page);
  for (const [name, bad] of Object.entries(hostile)) {
    const files = { ...soundPairs(10), 'in/bad.png': bad, 'in/bad_segmentation.png': mask(48, 32) };
    const archive = zipBytes(Object.entries(files).map(([name, data]) => ({ name, data, method: 'store' as const })));
    const seconds = await drop(page, `${name}.zip`, archive);
    expect(seconds, name).toBeLessThan(10);
    const text = await dataset(page).innerText();
    const used = /(\d+) pairs/.exec(text)?.[1];
    const listed = await rejected(page).allInnerTexts();
    // Used, or listed with its reason.
    if (used === '10') expect(listed.join(), name).toContain('bad.png');
    else expect([used, listed.length], name).toEqual(['11', 0]);
    const bytes = await heap(page);
    expect(bytes, name).toBeLessThan(500e6);
    console.log(
      `${name}: ${used === '10' ? 'listed' : 'used'} after ${seconds.toFixed(1)} s, heap ${(bytes / 1e6).toFixed(0)} MB`,
    );
  }
});

test('entries of 10 MB that inflate to 10 GB, and 100,000 entries', async ({ page }) => {
  await openStudio(page, 'size=16&demo=13');
  const sound = Object.entries(soundPairs(12)).map(([name, data]) => ({ name, data }));
  const { packed } = deflateBomb();
  const bombs = [100e6, 5000].map((size, i) => ({ name: `in/bomb${i}.png`, data: packed, method: 8, lie: { size } }));
  const masks = bombs.map((_, i) => ({ name: `in/bomb${i}_segmentation.png`, data: mask(48, 32) }));
  const first = await drop(page, 'bombs.zip', zipBytes([...sound, ...bombs, ...masks]));
  expect(first).toBeLessThan(10);
  await pairsRead(page, 12);
  await expect(rejected(page)).toHaveCount(2);
  const many = Array.from({ length: 100_000 }, (_, i) => ({ name: `x/${i}.txt`, data: '', method: 'store' as const }));
  const second = await drop(page, 'many.zip', zipBytes([...many, ...sound]));
  await pairsRead(page, 12);
  const bytes = await heap(page);
  expect(bytes).toBeLessThan(500e6);
  console.log(
    `bombs ${first.toFixed(1)} s, 100,000 entries ${second.toFixed(1)} s, heap ${(bytes / 1e6).toFixed(0)} MB`,
  );
});
