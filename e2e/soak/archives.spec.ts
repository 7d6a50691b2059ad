/**
 * Thousands of damaged archives and images, made here from a seed: none crashes the page, none takes ten seconds, each is used or
 * told, and what was loaded before stays.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { zipBytes } from '../../src/testing/archives.ts';
import { cmykJpeg, mask, progressiveJpeg, skin, soundPairs, zipOf } from '../fixtures.ts';
import { expect, openStudio, test, useDemoData } from '../support.ts';
import { writeSparseZip } from './sparse-zip.ts';

interface Outcome {
  readonly ms: number;
  /** What the page told, or null where the files became the data set. */
  readonly alert: string | null;
  readonly pairs: number;
  readonly rejected: number;
}

type Mutation = 'cut' | 'bits' | 'zeros' | 'insert' | 'repeat' | 'swap' | 'none';

interface Case {
  readonly seed: number;
  /** Files that are dropped together: which base they are made of, and how each is damaged. */
  readonly files: readonly { readonly base: number; readonly name: string; readonly mutation: Mutation }[];
}

/** Puts a function into the page that drops damaged copies of the given files on it, and tells what came of it. */
async function prepare(page: Page, bases: readonly Buffer[]): Promise<(cases: readonly Case[]) => Promise<Outcome[]>> {
  await page.evaluate(
    encoded => {
      const bytesOf = (text: string) => Uint8Array.from(atob(text), char => char.charCodeAt(0));
      Object.assign(window, { soakBases: encoded.map(bytesOf) });
    },
    bases.map(base => base.toString('base64')),
  );
  return cases =>
    page.evaluate(async cases => {
      const bases = (window as unknown as { soakBases: Uint8Array<ArrayBuffer>[] }).soakBases;
      const button = [...document.querySelectorAll('button')].find(one => one.textContent === 'Use demo data');
      const input = document.querySelector<HTMLInputElement>('input[type=file][accept*=zip]');
      if (!button || !input) throw new Error('the page has no input');
      const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

      function damage(bytes: Uint8Array<ArrayBuffer>, mutation: string, random: () => number): Uint8Array<ArrayBuffer> {
        const copy = bytes.slice();
        const place = () => Math.floor(random() * copy.length);
        const length = 1 + Math.floor(random() ** 3 * copy.length);
        switch (mutation) {
          case 'cut':
            return copy.slice(0, place());
          case 'bits':
            for (let i = 0; i < 1 + random() * 8; i++) {
              const at = place();
              copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8));
            }
            return copy;
          case 'zeros':
            return copy.fill(0, place(), place() + length);
          case 'insert': {
            const at = place();
            const noise = Uint8Array.from({ length: Math.min(length, 4096) }, () => random() * 256);
            return Uint8Array.from([...copy.slice(0, at), ...noise, ...copy.slice(at)]);
          }
          case 'repeat': {
            const at = place();
            const again = copy.slice(at, at + Math.min(length, 65_536));
            return Uint8Array.from([...copy.slice(0, at), ...again, ...copy.slice(at)]);
          }
          case 'swap':
            copy.copyWithin(place(), place(), place());
            return copy;
          default:
            return copy;
        }
      }

      const outcomes: Outcome[] = [];
      for (const { seed, files } of cases) {
        let state = seed;
        // Mulberry32: small, and the same everywhere.
        const random = () => {
          state = (state + 0x6d2b79f5) | 0;
          let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
          mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
          return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
        };
        const transfer = new DataTransfer();
        for (const { base, name, mutation } of files)
          transfer.items.add(new File([damage(bases[base] ?? new Uint8Array(), mutation, random)], name));
        const begin = performance.now();
        input.files = transfer.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
        await sleep(30);
        while (button.disabled) {
          if (performance.now() - begin > 60_000) throw new Error(`case ${seed} takes a minute`);
          await sleep(5);
        }
        const ms = performance.now() - begin;
        const alert = document.querySelector('[role=alert]');
        const { dataset } = window.studio.store.getState();
        outcomes.push({
          ms,
          alert: alert?.textContent ?? null,
          pairs: dataset?.ids.length ?? Number.NaN,
          rejected: dataset?.rejected.length ?? Number.NaN,
        });
        alert?.querySelector('button')?.click();
        await sleep(0);
      }
      return outcomes;
    }, cases);
}

/** Bytes of all that the page and its workers hold in memory. */
async function heap(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const measure = (performance as unknown as { measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }> })
      .measureUserAgentSpecificMemory;
    return measure ? (await measure.call(performance)).bytes : Number.NaN;
  });
}

const damages = ['cut', 'bits', 'zeros', 'insert', 'repeat', 'swap'] as const;

/** Sound pairs among entries that are refused one by one: encrypted, of an unknown method, sharing bytes, twice there, leading out. */
function mixedArchive(): Buffer {
  const sound = Object.entries(soundPairs(12)).map(([name, data]) => ({ name, data }));
  const picture = skin(48, 32, 50);
  return Buffer.from(
    zipBytes([
      ...sound,
      { name: 'x/secret.png', data: picture, lie: { flags: 0x801 } },
      { name: 'x/packed.png', data: picture, method: 93 },
      { name: 'x/shared.png', data: picture, lie: { sameAs: 0 } },
      { name: 'x/inner.zip', data: zipBytes(sound.slice(0, 2)) },
      { name: sound[0]?.name ?? '', data: picture },
      { name: '../../outside.png', data: picture },
      { name: 'x/longer.png', data: picture, lie: { size: 1e6 } },
    ]),
  );
}

/** With the records of ZIP64. */
async function wideArchive(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'lesion-studio-'));
  const path = join(folder, 'wide.zip');
  await writeSparseZip(
    path,
    Object.entries(soundPairs(12)).map(([name, head]) => ({ name, head, zeros: 0 })),
  );
  const bytes = await readFile(path);
  await rm(folder, { recursive: true });
  return bytes;
}

test('1,600 damaged archives', async ({ page }) => {
  await openStudio(page, 'size=16&demo=11');
  await useDemoData(page);
  const deflated = await zipOf(soundPairs(12));
  const jpegs = await zipOf(
    Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        [`in/${i}.jpg`, Buffer.concat([progressiveJpeg, Buffer.from([i])])],
        [`in/${i}_segmentation.png`, mask(48, 32)],
      ]).flat() as [string, Buffer][],
    ),
  );
  const bases = [deflated.buffer, jpegs.buffer, mixedArchive(), await wideArchive()];
  const run = await prepare(page, bases);
  // Undamaged, each is used.
  const sound = bases.map((_, base): Case => ({ seed: base, files: [{ base, name: 'set.zip', mutation: 'none' }] }));
  expect((await run(sound)).map(({ pairs, rejected }) => [pairs, rejected])).toEqual([
    [12, 0],
    [12, 0],
    [12, 7],
    [12, 0],
  ]);
  let used = 0;
  let told = 0;
  let slowest = 0;
  let largest = 0;
  let before = 12;
  for (let begin = 0; begin < 1600; begin += 50) {
    const cases = Array.from({ length: 50 }, (_, i): Case => {
      const seed = begin + i;
      return {
        seed,
        files: [{ base: seed % 4, name: 'set.zip', mutation: damages[Math.floor(seed / 4) % damages.length] ?? 'cut' }],
      };
    });
    for (const [i, { ms, alert, pairs }] of (await run(cases)).entries()) {
      const label = `case ${begin + i}: ${alert}`;
      expect(ms, label).toBeLessThan(10_000);
      slowest = Math.max(slowest, ms);
      if (alert === null) {
        expect(pairs, label).toBeGreaterThanOrEqual(10);
        used++;
      } else {
        expect(alert, label).toMatch(/set\.zip/);
        expect(pairs, label).toBe(before);
        told++;
      }
      before = pairs;
    }
    if (begin % 400 === 0) largest = Math.max(largest, await heap(page));
  }
  expect(largest).toBeLessThan(500e6);
  expect([used, told].every(count => count > 100)).toBe(true);
  console.log(
    `archives: ${used} used, ${told} told, slowest ${slowest.toFixed(0)} ms, heap at most ${(largest / 1e6).toFixed(0)} MB`,
  );
});

test('1,000 damaged images, each used or listed with its reason', async ({ page }) => {
  await openStudio(page, 'size=16&demo=11');
  await useDemoData(page);
  const drawn = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(48, 32);
    const context = canvas.getContext('2d');
    context?.fillRect(8, 8, 20, 16);
    const texts: string[] = [];
    for (const type of ['image/jpeg', 'image/webp', 'image/png']) {
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer());
      texts.push(btoa(String.fromCharCode(...bytes)));
    }
    return texts;
  });
  const [jpeg, webp, png] = drawn.map(text => Buffer.from(text, 'base64')) as [Buffer, Buffer, Buffer];
  const bases = [mask(48, 32), skin(48, 32), progressiveJpeg, cmykJpeg, jpeg, webp, png];
  const endings = ['png', 'png', 'jpg', 'jpg', 'jpg', 'webp', 'png'];
  const run = await prepare(page, bases);
  let used = 0;
  let listed = 0;
  let slowest = 0;
  for (let begin = 0; begin < 1000; begin += 50) {
    const files: Case['files'][number][] = [];
    for (let i = 0; i < 60; i++) {
      const sound = i >= 50;
      const base = sound ? 1 : 1 + ((begin + i) % (bases.length - 1));
      // Every third time it is the mask that is damaged.
      const hit = sound ? 'none' : (begin + i) % 3 === 0 ? 'mask' : 'image';
      const mutation = damages[(begin + i) % damages.length] ?? 'cut';
      files.push(
        { base, name: `P${i}.${endings[base]}`, mutation: hit === 'image' ? mutation : 'none' },
        { base: 0, name: `P${i}_segmentation.png`, mutation: hit === 'mask' ? mutation : 'none' },
      );
    }
    const [outcome] = await run([{ seed: 5000 + begin, files }]);
    expect(outcome?.alert).toBeNull();
    expect((outcome?.pairs ?? 0) + (outcome?.rejected ?? 0), `batch ${begin}`).toBe(60);
    expect(outcome?.ms).toBeLessThan(10_000);
    used += (outcome?.pairs ?? 0) - 10;
    listed += outcome?.rejected ?? 0;
    slowest = Math.max(slowest, outcome?.ms ?? 0);
  }
  const bytes = await heap(page);
  expect(bytes).toBeLessThan(500e6);
  expect([used, listed].every(count => count > 100)).toBe(true);
  console.log(
    `images: ${used} used, ${listed} listed, slowest 60 pairs ${slowest.toFixed(0)} ms, heap ${(bytes / 1e6).toFixed(0)} MB`,
  );
});
