/** What downloads are called: by run and day, so that a folder of them can be told apart. Pure. */
import type { KeptRun } from '../../protocol/kept-runs.ts';
import type { ModelInfo } from '../../protocol/model.ts';

const LONGEST = 60;

/** The name of the model's run; without one, its network: 'improved-unet 64 f8', 'improved-unet 64 f8 ensemble of 5'. */
export function subjectOf(model: ModelInfo | null, runs: readonly KeptRun[], runId = model?.keptRun): string {
  const run = runs.find(({ id }) => id === runId);
  const several = model?.networks ? ` ensemble of ${model.networks}` : '';
  return run?.name ?? (model ? `${model.arch} ${model.size} f${model.filters}${several}` : '');
}

/** 'lesion-studio-run-7-no-flips-2026-11-29': letters of any script and digits; the day is the reader's own. */
export function fileName(subject: string, now: number): string {
  const words = subject
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
  const short = [...words].slice(0, LONGEST).join('').replace(/-$/, '');
  const date = new Date(now);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return ['lesion-studio', short, day].filter(Boolean).join('-');
}
