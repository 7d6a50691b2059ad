/** The tables of how cost grows and of single kernels. Pure. */
import type { KernelResult, KernelsResult } from './kernels.ts';
import type { ScalingResult } from './scaling.ts';
import { bytes, milliseconds } from './table.ts';

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

export function scalingTable(results: readonly ScalingResult[]): string {
  const onCpu = results.some(({ side }) => side === 'cpu');
  return markdown(
    [
      ...(onCpu ? ['threads'] : []),
      ...['size', 'filters', 'batch', 'step', 'per image', 'GFLOP', 'GFLOP/s', onCpu ? 'memory' : 'peak GPU buffers'],
      ...(onCpu ? ['one image predicted'] : []),
    ],
    results.map(({ size, filters, batch, threads, stepMs, predictMs, gflop, bytes: held }) => [
      ...(onCpu ? [`${threads}`] : []),
      ...[`${size}²`, `${filters}`, `${batch}`, milliseconds(stepMs), milliseconds(stepMs / batch)],
      ...[gflop.toFixed(2), ((gflop / stepMs) * 1000).toFixed(2), bytes(held)],
      ...(onCpu ? [predictMs === undefined ? '' : milliseconds(predictMs)] : []),
    ]),
  );
}

const KINDS = ['filter sum', 'filter', 'input gradient', 'forward'] as const;

/** What a dispatch does, from its label's end. */
export function kindOf(label: string): string {
  return KINDS.find(kind => label.endsWith(` ${kind}`)) ?? 'other';
}

/** Sums by kind, the costliest first. */
export function byKind(kernels: readonly KernelResult[]): (KernelResult & { readonly count: number })[] {
  const kinds = new Map<string, KernelResult & { readonly count: number }>();
  for (const { label, ms, flops, bytes: moved } of kernels) {
    const kind = kindOf(label);
    const sum = kinds.get(kind) ?? { label: kind, ms: 0, flops: 0, bytes: 0, count: 0 };
    kinds.set(kind, {
      ...sum,
      ...{ ms: sum.ms + ms, flops: sum.flops + flops, bytes: sum.bytes + moved, count: sum.count + 1 },
    });
  }
  return [...kinds.values()].sort((a, b) => b.ms - a.ms);
}

const SHOWN = 12;

export function kernelTable({ size, filters, batch, peakGflops, peakGBs, kernels }: KernelsResult): string {
  const total = kernels.reduce((sum, { ms }) => sum + ms, 0);
  const row = ({ label, ms, flops, bytes: moved }: KernelResult, count: number) => {
    const [gflops, gbs] = [flops / ms / 1e6, moved / ms / 1e6];
    return [
      ...[label, `${count}`, milliseconds(ms), `${((100 * ms) / total).toFixed(0)} %`],
      ...(flops > 0 ? [gflops.toFixed(2), `${((100 * gflops) / peakGflops).toFixed(0)} %`] : ['', '']),
      ...[gbs.toFixed(2), `${((100 * gbs) / peakGBs).toFixed(0)} %`],
    ];
  };
  const head = ['', 'number', 'time', 'of the sum', 'GFLOP/s', 'of peak', 'GB/s', 'of peak'];
  const costliest = kernels.toSorted((a, b) => b.ms - a.ms).slice(0, SHOWN);
  return [
    `${size}², ${filters} filters, batch ${batch}; measured peaks: ${peakGflops.toFixed(1)} GFLOP/s in a loop of ` +
      `multiply-adds, ${peakGBs.toFixed(1)} GB/s in a copy. Sum of all alone: ${milliseconds(total)}.`,
    markdown(
      ['kind', ...head.slice(1)],
      byKind(kernels).map(sum => row(sum, sum.count)),
    ),
    markdown(
      ['one by one', ...head.slice(1)],
      costliest.map(kernel => row(kernel, 1)),
    ),
  ].join('\n\n');
}
