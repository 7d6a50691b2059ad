/** What `npm run bench:gpu` writes, and how. Pure. */

import type { Peaks } from '../../src/engine/compiled/peaks.ts';
import type { CaseOptions } from '../options.ts';

export interface TimedDispatch {
  readonly label: string;
  /** Null where the adapter gives no timestamps. */
  readonly milliseconds: number | null;
  /** Multiply-adds counted as two, in billions. */
  readonly gflop: number;
  readonly bytes: number;
  /** By the model, on the device that it takes this one for; see GpuReport.model. */
  readonly predictedMs: number;
  /** Threads that a core of it holds, of those that it could. */
  readonly occupancy: number;
}

/** The same network and batch in PyTorch on the same GPU, in the same minutes. */
export interface PytorchStep extends CaseOptions {
  readonly mode: string;
  /** Null where it failed, for the reason in `failure`. */
  readonly stepMs: number | null;
  readonly failure?: string;
}

export interface TimedStep extends CaseOptions {
  readonly half: boolean;
  /** Median by the wall clock, the loss read each time. */
  readonly stepMs: number;
  /** Sum over the dispatches of a step; null as theirs are. */
  readonly gpuMs: number | null;
  readonly prepareMs: number;
  readonly firstLoss: number;
  readonly lastLoss: number;
  readonly gpuBytes: number;
  readonly dispatches: readonly TimedDispatch[];
}

/** How a variant's result compares with the first one's: bit by bit, within rounding, or not at all. */
export type Agreement = 'first' | 'equal' | 'near' | 'wrong';

export interface TimedVariant {
  readonly batch: number;
  readonly question: string;
  /** How often a step asks it. */
  readonly times: number;
  readonly variant: string;
  readonly milliseconds: number;
  readonly agreement: Agreement;
}

export interface GpuReport extends Peaks {
  readonly date: string;
  readonly adapter: Readonly<Record<'vendor' | 'architecture' | 'device' | 'description', string>>;
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly steps: readonly TimedStep[];
  readonly variants: readonly TimedVariant[];
  /** The device of the model whose predictions stand beside the measurements. */
  readonly model: string;
  /** None without PyTorch, or a GPU that it can use. */
  readonly pytorch: readonly PytorchStep[];
  /** What the device said was invalid. */
  readonly errors: readonly string[];
}

/** What no kernel can beat on this adapter, in milliseconds: the multiply-adds or the bytes at its own peak. */
export function leastMs({ gflop, bytes }: Pick<TimedDispatch, 'gflop' | 'bytes'>, peaks: Peaks): number {
  return 1000 * Math.max(gflop / peaks.peakGflops, bytes / 1e9 / peaks.peakGBs);
}

type Row = Readonly<Record<string, string | number | null>>;

export function dispatchRows({ steps, ...peaks }: Pick<GpuReport, 'steps' | keyof Peaks>): Row[] {
  return steps.flatMap(({ size, filters, batch, half, dispatches }) =>
    dispatches.map(dispatch => ({
      ...{ size, filters, batch, bits: half ? 16 : 32, ...dispatch },
      leastMs: Number(leastMs(dispatch, peaks).toPrecision(4)),
    })),
  );
}

/** A line of names, then one a row; empty without rows. */
export function csv(rows: readonly Row[]): string {
  const [first] = rows;
  if (!first) return '';
  const field = (value: string | number | null | undefined) =>
    typeof value === 'string' && /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value ?? '');
  const names = Object.keys(first);
  return [names.join(','), ...rows.map(row => names.map(name => field(row[name])).join(',')), ''].join('\n');
}

export function summary(report: GpuReport): string {
  const { adapter, peakGflops, peakGBs, steps, variants, errors, model, pytorch } = report;
  const times = (of: Agreement) => variants.filter(({ agreement }) => agreement === of).length;
  return [
    `${adapter.description || `${adapter.vendor} ${adapter.architecture}`}: ${peakGflops.toFixed(0)} GFLOP/s, ${peakGBs.toFixed(0)} GB/s`,
    ...steps.map(
      ({ size, filters, batch, half, stepMs, gpuMs }) =>
        `${size}x${filters}x${batch}, ${half ? 16 : 32} bits: ${stepMs.toFixed(2)} ms a step, ${(stepMs / batch).toFixed(2)} an image` +
        (gpuMs === null ? '' : `, ${gpuMs.toFixed(2)} of it in dispatches`),
    ),
    ...steps.map(
      ({ size, filters, batch, dispatches }) =>
        `${size}x${filters}x${batch}, computed by the model (${model}): ${sum(dispatches).toFixed(2)} ms a step`,
    ),
    ...pytorch.map(
      ({ size, filters, batch, mode, stepMs, failure }) =>
        `${size}x${filters}x${batch}, PyTorch ${mode}: ${stepMs === null ? `failed (${failure})` : `${stepMs.toFixed(2)} ms a step, ${(stepMs / batch).toFixed(2)} an image`}`,
    ),
    ...(variants.length > 0
      ? [`variants: ${times('equal')} equal to the first, ${times('near')} near, ${times('wrong')} wrong`]
      : []),
    ...errors.map(error => `the device said: ${error}`),
  ].join('\n');
}

function sum(dispatches: readonly TimedDispatch[]): number {
  return dispatches.reduce((total, { predictedMs }) => total + predictedMs, 0);
}
