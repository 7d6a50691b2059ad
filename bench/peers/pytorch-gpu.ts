/** PyTorch on the same GPU as a peer, in the same minutes: the same network, batch and optimizer, in the ways that its users train. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNetwork } from '../../src/network/catalogue.ts';
import { testBatch, testWeights } from '../../src/testing/weights.ts';
import type { PytorchStep } from '../gpu/report.ts';
import { LEARNING_RATE } from '../judge.ts';
import type { CaseOptions } from '../options.ts';
import { median } from '../statistics.ts';
import { interpreters, SCRIPT, writeProblem } from './pytorch.ts';

const MODES = ['float32', 'tf32', 'amp', 'compiled'] as const;
const WARM_UP = 8;

/** The interpreter whose PyTorch has a GPU; undefined where none has. */
export function findPytorchOnGpu(): string | undefined {
  const asks = 'import sys, torch; sys.exit(0 if torch.cuda.is_available() else 1)';
  return interpreters.find(python => spawnSync(python, ['-c', asks]).status === 0);
}

/** A case in each mode. One that fails is told with its reason: that a compiler is missing says nothing of the others. */
export function pytorchOnGpu(python: string, options: CaseOptions, steps: number): PytorchStep[] {
  const { size, filters, batch } = options;
  const network = buildNetwork('improved-unet', filters);
  const problem = {
    ...{ network, size, batch, learningRate: LEARNING_RATE },
    ...{ weights: testWeights(network), data: testBatch(batch, size) },
  };
  const folder = mkdtempSync(join(tmpdir(), 'bench-pytorch-'));
  try {
    return MODES.map(mode => {
      const path = join(folder, mode);
      const extra = { threads: 1, steps, device: 'cuda', mode, dropout: true, warmUp: WARM_UP };
      writeProblem(path, problem, extra);
      const { status, stdout, stderr } = spawnSync(python, [SCRIPT, path], { encoding: 'utf8' });
      const base = { size, filters, batch, mode };
      if (status !== 0)
        return { ...base, stepMs: null, failure: stderr.trim().split('\n').at(-1) ?? 'no reason given' };
      return { ...base, stepMs: median((JSON.parse(stdout) as { stepsMs: number[] }).stepsMs) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
