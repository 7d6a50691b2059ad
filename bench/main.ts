/** The benchmark's page: what run.mjs calls. A fresh page for each case, so that nothing is compiled before its first step. */
import { requestGpuDevice } from '../src/kernels/device.ts';
import { checkSeeds } from './check.ts';
import { compare } from './compare.ts';
import { installCounters } from './counters.ts';
import { cpuKernels } from './cpu-kernels.ts';
import { kernelTable, scalingTable } from './growth-table.ts';
import { kernels } from './kernels.ts';
import { parseCases, parseSides } from './options.ts';
import { scaling, scalingPoints } from './scaling.ts';
import { table } from './table.ts';

if (navigator.gpu) installCounters();

/** Null where there is none: the sides on the CPU need none. */
async function adapter() {
  if (!(await navigator.gpu?.requestAdapter())) return null;
  const { device, info, isFallback } = await requestGpuDevice();
  device.destroy();
  const { vendor, architecture, description } = info;
  return { vendor, architecture, description, software: isFallback };
}

const bench = {
  adapter,
  parseCases,
  parseSides,
  compare,
  checkSeeds,
  table,
  scalingPoints,
  scaling,
  scalingTable,
  kernels,
  cpuKernels,
  kernelTable,
};

declare global {
  interface Window {
    bench: typeof bench;
  }
}

window.bench = bench;
