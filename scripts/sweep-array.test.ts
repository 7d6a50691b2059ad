/** The job array's script, with a stand-in for Apptainer that tells what it was asked. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readArguments } from './train/arguments.mjs';

const script = resolve('scripts/sweep.sbatch');
const folder = mkdtempSync(join(tmpdir(), 'lesion studio '));
afterAll(() => rmSync(folder, { recursive: true }));
const standIn = `#!/bin/bash
printf '%s\\n' "$@"
`;
mkdirSync(join(folder, 'bin'));
writeFileSync(join(folder, 'bin', 'apptainer'), standIn, { mode: 0o755 });
const guide = readFileSync('docs/headless.md', 'utf8');
const lines = guide.match(/^--size .*$/gm) ?? [];
writeFileSync(join(folder, 'data.zip'), '');
writeFileSync(join(folder, 'runs.txt'), `${lines.join('\n')}\n`);

/** What the job of this number would train: the options after the image's name. */
function job(number: number) {
  const { status, stdout, stderr } = spawnSync('bash', [script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      ...{ SLURM_ARRAY_TASK_ID: String(number), SLURM_CPUS_PER_TASK: '8' },
    },
  });
  const words = stdout.trimEnd().split('\n');
  return { status, stderr, options: words.slice(words.indexOf('lesion-studio.sif') + 1) };
}

test('each line of the guide’s list is a run of its own, with options that training takes', () => {
  expect(lines).toHaveLength(6);
  const plans = lines.map((_, i) => readArguments(job(i + 1).options));
  expect(plans.map(({ plan }) => plan?.settings.seed)).toEqual(['1', '2', '3', '1', '2', '3']);
  expect(plans.map(({ plan }) => plan?.settings.lr)).toEqual(['0.001', '0.001', '0.001', '0.0005', '0.0005', '0.0005']);
  expect(new Set(plans.map(({ out }) => out)).size).toBe(6);
  expect(plans[0]?.plan?.settings.threads).toBe('8');
  expect(plans[0]?.plan?.data).toEqual([join(folder, 'data.zip')]);
});

test('a run that was cut goes on', () => {
  const out = join(folder, 'runs', '2');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'training.json'), '{}');
  expect(job(2).options).toEqual(['--resume', '--out', out]);
});

test('a number without a line is an error', () => {
  const { status, stderr } = job(7);
  expect(status).toBe(2);
  expect(stderr).toContain('runs.txt has no line 7');
});
