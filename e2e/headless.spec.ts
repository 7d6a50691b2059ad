/** `npm run train`: a run, a sweep, a cross-validation and a learning curve from the command line. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { decode } from 'fast-png';
import JSZip from 'jszip';
import { readReport } from '../src/formats/report-file.ts';

const settings = '--demo 12 --size 16 --filters 2 --batch 4 --epochs 1 --lr 0.01 --seed 3'.split(' ');

async function trainInto(use: (out: string) => Promise<void>, ...more: string[]): Promise<void> {
  const out = await mkdtemp(join(tmpdir(), 'lesion-studio-'));
  try {
    await promisify(execFile)(process.execPath, ['scripts/train.mjs', ...settings, ...more, '--out', out]);
    await use(out);
  } finally {
    await rm(out, { recursive: true });
  }
}

test('npm run train writes report, model and predictions of a run on demo data', async () => {
  await trainInto(async out => {
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8'));
    expect(report.config).toMatchObject({ size: 16, filters: 2, batch: 4, epochs: 1, lr: 0.01, seed: 3 });
    expect(report.epochs).toHaveLength(1);
    expect(report.test.images).toHaveLength(report.split.test.length);
    const model = await JSZip.loadAsync(await readFile(join(out, 'model.zip')));
    expect(Object.keys(model.files)).toContain('weights.bin');
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain(report.test.meanDice.toFixed(4));
    expect(decode(await readFile(join(out, 'triptychs.png'))).width).toBeGreaterThan(300);
  });
});

test('@long a setting that does not fit, and data that cannot be read, end it with what is wrong', async () => {
  const nothing = () => Promise.resolve();
  await expect(trainInto(nothing, '--size', '65')).rejects.toThrow(
    '--size 65 does not do: it must be a multiple of 16',
  );
  await expect(trainInto(nothing, '--data', 'package.json')).rejects.toThrow('No pair of image and mask was found');
  await expect(trainInto(nothing, '--data', 'none.zip')).rejects.toThrow('none.zip is not there');
  await expect(trainInto(nothing, '--sizes', '64')).rejects.toThrow('--sizes is not an option. Did you mean --size?');
});

test('@long with --sweep it trains a grid', async () => {
  await trainInto(
    async out => {
      const runs = JSON.parse(await readFile(join(out, 'sweep.json'), 'utf8'));
      expect(runs.map((run: Record<string, string>) => [run.Seed, run.State])).toEqual([
        ['1', 'done'],
        ['2', 'done'],
      ]);
      for (const run of runs) expect(Number(run['Test Dice'])).toBeGreaterThan(0);
      await leftToImport(out, 2);
    },
    ...['--sweep', 'seed = 1, 2'],
  );
});

test('@long with --from it goes on with the weights of another training', async () => {
  await trainInto(async first => {
    const { epochs } = JSON.parse(await readFile(join(first, 'report.json'), 'utf8'));
    await trainInto(
      async out => {
        const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8'));
        // At this rate nothing changes: what is scored is what was begun with.
        expect(report.epochs[0].valDice).toBeCloseTo(epochs[0].valDice, 4);
        expect(report.epochs[0].loss).toBeLessThan(epochs[0].loss);
      },
      ...['--lr', '0.0000000001', '--from', join(first, 'model.zip')],
    );
  });
});

test('@long with --folds every image is held out once', async () => {
  await trainInto(
    async out => {
      const folds = JSON.parse(await readFile(join(out, 'folds.json'), 'utf8'));
      expect(folds.map(({ fold, split }: { fold: number; split: { test: number } }) => [fold, split.test])).toEqual([
        [1, 6],
        [2, 6],
      ]);
      const lines = (await readFile(join(out, 'held-out.csv'), 'utf8')).trim().split('\r\n');
      expect(new Set(lines.slice(1).map(line => line.split(',')[0])).size).toBe(12);
      await leftToImport(out, 2);
    },
    ...['--folds', '2'],
  );
});

test('@long with --learning-curve five sizes are trained', async () => {
  await trainInto(
    async out => {
      const curve = JSON.parse(await readFile(join(out, 'learning-curve.json'), 'utf8'));
      expect(curve.points.map(({ images }: { images: number }) => images)).toEqual([2, 5, 10, 19, 24]);
      await leftToImport(out, 5);
    },
    ...['--learning-curve', '--demo', '30'],
  );
});

/** A report and a model for each of so many runs, as Import runs takes them. */
async function leftToImport(out: string, runs: number) {
  for (let number = 1; number <= runs; number++) {
    const text = await readFile(join(out, 'runs', String(number), 'report.json'), 'utf8');
    const { test: scored, epochs, seen } = readReport(text, 'report.json');
    expect([scored?.images.length, epochs.length, seen]).toEqual([
      expect.any(Number),
      expect.any(Number),
      expect.any(String),
    ]);
    const model = await JSZip.loadAsync(await readFile(join(out, 'runs', String(number), 'model.zip')));
    expect(Object.keys(model.files)).toContain('weights.bin');
  }
}
