/** `npm run train --resume`: killed at any moment, a training goes on to the numbers that it would have had. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import JSZip from 'jszip';

// A kill comes up to a second after the line that it waits for: some epochs further on, and not at the end.
const settings =
  '--demo 20 --size 64 --filters 8 --batch 4 --epochs 24 --lr 0.01 --seed 3 --average 0.9 --hard 0.3'.split(' ');

/** What it printed, and how it ended. With `killAt` it is killed, without a word, once that is printed. */
async function train(args: readonly string[], killAt?: RegExp): Promise<{ told: string; code: number | null }> {
  const child: ChildProcess = spawn(process.execPath, ['scripts/train.mjs', ...args]);
  let told = '';
  const hear = (bytes: Buffer) => {
    told += bytes;
    if (killAt?.test(told)) child.kill('SIGKILL');
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const code = await new Promise<number | null>(resolve => child.on('close', resolve));
  return { told, code };
}

async function results(folder: string) {
  const { epochs, config, split, test } = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
  const zip = await JSZip.loadAsync(await readFile(join(folder, 'model.zip')));
  const untimed = epochs.map(({ seconds: _, imagesPerSecond: __, ...numbers }: Record<string, number>) => numbers);
  return { epochs: untimed, config, split, test, weights: await zip.file('weights.bin')?.async('base64') };
}

test('@long killed while it reads, in the middle and at the end, it comes to the same numbers', async () => {
  test.setTimeout(900_000);
  const root = await mkdtemp(join(tmpdir(), 'lesion-studio-'));
  try {
    const [whole, cut] = [join(root, 'whole'), join(root, 'cut')];
    expect((await train([...settings, '--out', whole])).code).toBe(0);
    const goOn = ['--resume', '--out', cut];
    expect((await train([...settings, '--out', cut], /pairs/)).code).toBe(null);
    // The same command again with --resume does too.
    const again = await train([...settings, ...goOn], /epoch 4 of 24/);
    expect(again.code).toBe(null);
    const late = await train(goOn, /epoch 24 of 24/);
    expect(late.told).toMatch(/goes on after epoch (\d|1\d|2[0-3]),/);
    expect(late.code).toBe(null);
    expect((await train([...settings, '--out', cut])).told).toContain('Add --resume to go on');
    expect((await train([...settings, '--l2', '0.1', ...goOn])).told).toContain('l2 is nothing there and "0.1" here');
    const last = await train(goOn);
    expect(last.code, last.told).toBe(0);
    expect(await results(cut)).toEqual(await results(whole));
    expect(existsSync(join(cut, '.browser'))).toBe(false);
    const done = await train(goOn);
    expect(done).toMatchObject({ code: 0, told: expect.stringContaining('is finished') });
  } finally {
    await rm(root, { recursive: true, maxRetries: 5, retryDelay: 500 });
  }
});

test('@long a sweep goes on with the run that was cut', async () => {
  test.setTimeout(900_000);
  const out = await mkdtemp(join(tmpdir(), 'lesion-studio-'));
  try {
    const sweep = [...'--demo 12 --size 16 --filters 2 --batch 4 --epochs 2 --sweep'.split(' '), 'seed = 1, 2'];
    await rm(out, { recursive: true });
    expect((await train([...sweep, '--out', out], /epoch 2 of 2/)).code).toBe(null);
    const rest = await train(['--resume', '--out', out]);
    expect(rest.code, rest.told).toBe(0);
    const rows = JSON.parse(await readFile(join(out, 'sweep.json'), 'utf8'));
    expect(rows.map((row: Record<string, string>) => [row.Seed, row.State])).toEqual([
      ['1', 'done'],
      ['2', 'done'],
    ]);
  } finally {
    await rm(out, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  }
});
