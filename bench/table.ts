/** The comparison as text. Pure. */
import type { CaseResult, GpuResult, SideResult } from './compare.ts';
import { gpuSides } from './sides/side.ts';

/** Three significant digits with a unit that keeps them short. */
export function milliseconds(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toPrecision(3)} s` : `${ms.toPrecision(3)} ms`;
}

export function bytes(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} MB`;
  return count >= 1e3 ? `${(count / 1e3).toFixed(1)} kB` : `${count} B`;
}

const TITLES = {
  ours: 'this engine',
  stock: 'stock tfjs-webgpu',
  jaxjs: 'jax-js',
  cpu: 'this engine on the CPU',
  'jaxjs-wasm': 'jax-js, wasm',
  'tfjs-cpu': 'tfjs, cpu',
  pytorch: 'PyTorch, CPU',
} as const;

const GPU_HEAD = [
  ...['side', 'step', 'ours is faster by', 'first step', 'dispatches', 'submits', 'uploaded per step'],
  ...['peak GPU buffers', 'worst gradient error', 'with kinks'],
];
const CPU_HEAD = [
  ...['side', 'step', 'ours is faster by', 'first step', 'GFLOP/s', 'threads', 'memory'],
  ...['worst gradient error', 'with kinks'],
];

const errors = ({ worstGradientErrorSmooth, worstGradientError }: SideResult) => [
  worstGradientErrorSmooth.toExponential(1),
  worstGradientError.toExponential(1),
];

function times(title: string, side: SideResult, factor: number | null): string[] {
  return [
    title,
    side.stepMs === null ? 'wrong, not timed' : milliseconds(side.stepMs),
    factor === null ? '' : `${factor < 9.95 ? factor.toFixed(1) : Math.round(factor)}×`,
    milliseconds(side.firstStepMs),
  ];
}

function gpuRow(title: string, side: GpuResult, factor: number | null): string[] {
  const { dispatches, submits, uploadBytes, gpuBytes } = side;
  const counts = [`${dispatches}`, `${submits}`, bytes(uploadBytes), bytes(gpuBytes)];
  return [...times(title, side, factor), ...counts, ...errors(side)];
}

const lines = (head: readonly string[], rows: readonly string[][]) =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');

function gpuPart(result: CaseResult): string[] {
  const { ours } = result;
  const factors = { ours: null, stock: result.speedup, jaxjs: result.speedupJaxjs };
  const rows = gpuSides.flatMap(name => {
    const side = result[name];
    return side ? [gpuRow(TITLES[name], side, factors[name])] : [];
  });
  const extra = ours
    ? `This engine: ${milliseconds(ours.hostMs)} of JavaScript per step; first step with the tuning remembered ` +
      `${milliseconds(ours.rememberedFirstStepMs)}; with dropout on ${milliseconds(ours.dropout.stepMs ?? Number.NaN)}, ` +
      `${ours.dropout.dispatches} dispatches, ${ours.dropout.submits} submits, ` +
      `${bytes(ours.dropout.uploadBytes)} uploaded, ${bytes(ours.dropout.gpuBytes)} of buffers.`
    : '';
  return [rows.length > 0 ? lines(GPU_HEAD, rows) : '', extra];
}

function cpuPart({ cpu, peersCpu, cpuOverCompiled }: CaseResult): string[] {
  const rate = (gflops: number | null) => (gflops === null ? '' : gflops.toFixed(1));
  const rows = cpu
    ? [
        [
          ...times(TITLES.cpu, cpu, null),
          ...[rate(cpu.gflops), `${cpu.threads}`, bytes(cpu.memoryBytes), ...errors(cpu)],
        ],
      ]
    : [];
  for (const name of ['jaxjs-wasm', 'tfjs-cpu', 'pytorch'] as const) {
    const side = peersCpu[name];
    if (!side) continue;
    const factor = cpu?.stepMs && side.stepMs ? side.stepMs / cpu.stepMs : null;
    rows.push([...times(TITLES[name], side, factor), rate(side.gflops), '', '', ...errors(side)]);
  }
  const build = cpu?.relaxed ? 'relaxed' : 'plain';
  const over =
    cpuOverCompiled === null ? '' : ` ${cpuOverCompiled.toFixed(1)} times the compiled engine on this adapter.`;
  return [rows.length > 0 ? lines(CPU_HEAD, rows) : '', cpu ? `The CPU engine ran its ${build} build.${over}` : ''];
}

/** Markdown tables of each case: on the adapter, and on the CPU. */
export function table(cases: readonly CaseResult[]): string {
  return cases
    .map(result => {
      const { size, filters, batch } = result;
      const parts = [...gpuPart(result), ...cpuPart(result)].filter(part => part !== '');
      return `### ${size}², ${filters} filters, batch ${batch}\n\n${parts.join('\n\n')}\n`;
    })
    .join('\n');
}
