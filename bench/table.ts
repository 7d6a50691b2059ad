/** The comparison as text. Pure. */
import type { CaseResult, SideResult } from './compare.ts';
import { sideNames } from './sides/side.ts';

/** Three significant digits with a unit that keeps them short. */
export function milliseconds(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toPrecision(3)} s` : `${ms.toPrecision(3)} ms`;
}

export function bytes(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} MB`;
  return count >= 1e3 ? `${(count / 1e3).toFixed(1)} kB` : `${count} B`;
}

const TITLES = { ours: 'this engine', stock: 'stock tfjs-webgpu', jaxjs: 'jax-js' } as const;

const HEAD = [
  'side',
  'step',
  'ours is faster by',
  'first step',
  'dispatches',
  'submits',
  'uploaded per step',
  'peak GPU buffers',
  'worst gradient error',
];

function row(title: string, side: SideResult, factor: number | null): string[] {
  return [
    title,
    side.stepMs === null ? 'wrong, not timed' : milliseconds(side.stepMs),
    factor === null ? '' : `${factor.toFixed(1)}×`,
    milliseconds(side.firstStepMs),
    `${side.dispatches}`,
    `${side.submits}`,
    bytes(side.uploadBytes),
    bytes(side.gpuBytes),
    side.worstGradientError.toExponential(1),
  ];
}

/** A Markdown table per case. */
export function table(cases: readonly CaseResult[]): string {
  return cases
    .map(result => {
      const { size, filters, batch, ours } = result;
      const factors = { ours: null, stock: result.speedup, jaxjs: result.speedupJaxjs };
      const rows = sideNames.flatMap(name => {
        const side = result[name];
        return side ? [row(TITLES[name], side, factors[name])] : [];
      });
      const lines = [HEAD, HEAD.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
      const extra = ours
        ? `\nThis engine: ${milliseconds(ours.hostMs)} of JavaScript per step; first step with the tuning remembered ` +
          `${milliseconds(ours.rememberedFirstStepMs)}; with dropout on ${milliseconds(ours.dropout.stepMs ?? Number.NaN)}, ` +
          `${ours.dropout.dispatches} dispatches, ${ours.dropout.submits} submits, ` +
          `${bytes(ours.dropout.uploadBytes)} uploaded, ${bytes(ours.dropout.gpuBytes)} of buffers.\n`
        : '';
      return `### ${size}², ${filters} filters, batch ${batch}\n\n${lines.join('\n')}\n${extra}`;
    })
    .join('\n');
}
