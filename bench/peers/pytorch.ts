/**
 * PyTorch on the CPU as a peer: the same network, weights, batch and optimizer in a process of its own, judged like the sides in the page. It
 * runs after them, for it would share their cores. Nothing is measured where python3 has no torch.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DICE_SMOOTH, type Weights } from '../../src/engine/engine.ts';
import { NORM_EPSILON, parameters } from '../../src/network/graph.ts';
import type { PeerResult } from '../compare.ts';
import { type Exam, mark, setExam, WRONG } from '../judge.ts';
import type { CaseOptions } from '../options.ts';
import type { Problem } from '../sides/side.ts';
import { gflopOf, median } from '../statistics.ts';

export const SCRIPT = join(import.meta.dirname, 'pytorch.py');

/** The first may be another than the system's, which has Debian's package. */
export const interpreters = ['python3', '/usr/bin/python3'];

/** The interpreter that has torch, and its version; undefined where none has. */
export function findPytorch(): { readonly python: string; readonly version: string } | undefined {
  for (const python of interpreters) {
    const { status, stdout } = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
    });
    if (status === 0) return { python, version: stdout.trim() };
  }
  return undefined;
}

interface Told {
  readonly firstStepMs: number;
  readonly stepsMs: readonly number[];
  readonly loss: number;
  readonly lastLoss: number;
}

/** What the script reads: JSON at `path` with .json behind it, and the floats and bytes beside it. */
export function writeProblem(
  path: string,
  { network, size, batch, weights, data, learningRate }: Problem,
  extra: Readonly<Record<string, unknown>>,
): void {
  const list = parameters(network);
  const written = { size, batch, learningRate, layers: network.layers, ...extra };
  const constants = { epsilon: NORM_EPSILON, smooth: DICE_SMOOTH };
  const shapes = list.map(({ name, role, shape }) => ({ name, role, shape }));
  writeFileSync(`${path}.json`, JSON.stringify({ ...written, ...constants, parameters: shapes }));
  const floats = list.map(({ name }) => Buffer.from(new Uint8Array(Float32Array.from(weights.get(name) ?? []).buffer)));
  writeFileSync(`${path}.weights`, Buffer.concat(floats));
  writeFileSync(`${path}.batch`, Buffer.concat([Buffer.from(data.images), Buffer.from(data.masks)]));
}

function run(python: string, { problem }: Exam, steps: number, threads: number): { told: Told; moments: Weights } {
  const folder = mkdtempSync(join(tmpdir(), 'bench-pytorch-'));
  try {
    const { network, size, batch, weights, data, learningRate } = problem;
    const path = join(folder, 'problem');
    writeProblem(path, { network, size, batch, weights, data, learningRate }, { threads, steps });
    const list = parameters(network);
    const { status, stdout, stderr } = spawnSync(python, [SCRIPT, path], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`PyTorch failed: ${stderr}`);
    const bytes = readFileSync(`${path}.moments`);
    const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    let at = 0;
    const moments = new Map(
      list.map(({ name, count }) => {
        at += count;
        return [name, all.slice(at - count, at)] as const;
      }),
    );
    return { told: JSON.parse(stdout) as Told, moments };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function comparePytorch(
  options: CaseOptions & {
    readonly seed: number;
    readonly steps: number;
    readonly threads: number;
    readonly python: string;
  },
): PeerResult {
  const { seed, steps, threads, python } = options;
  const exam = setExam(options, seed, true);
  const { told, moments } = run(python, exam, steps, threads);
  const smooth = setExam(options, seed, false);
  const { error, parameter } = mark(exam, moments);
  const worstGradientErrorSmooth = mark(smooth, run(python, smooth, 0, threads).moments).error;
  const stepMs = worstGradientErrorSmooth > WRONG ? null : median(told.stepsMs);
  return {
    ...told,
    stepMs,
    ...{ worstGradientError: error, worstGradient: parameter, worstGradientErrorSmooth },
    gflops: stepMs === null ? null : (gflopOf(options) / stepMs) * 1000,
  };
}
