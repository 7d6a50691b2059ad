// Measures the engine on this machine's own GPU, in Node through Dawn, which is Chromium's WebGPU; no browser.
//   npm run bench:gpu -- [--cases 256x16x1,256x16x2,256x16x8] [--steps 20] [--tune 0] [--no-variants] [--half] [--no-pytorch] [--out FOLDER]
// Writes gpu.json, dispatches.csv and variants.csv to FOLDER. A case is size x filters x batch. VK_DRIVER_FILES names a Vulkan driver, and
// DAWN_FLAGS (separated by semicolons) replaces the flags below. In a folder made by `npm run bench:pack` the same: ./run.sh [options].
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    cases: { type: 'string', default: '256x16x1,256x16x2,256x16x8' },
    steps: { type: 'string', default: '20' },
    tune: { type: 'string', default: '0' },
    variants: { type: 'boolean', default: true },
    half: { type: 'boolean', default: false },
    pytorch: { type: 'boolean', default: true },
    out: { type: 'string', default: 'bench-gpu' },
  },
});

// Exact timestamps, which a browser rounds.
const flags = process.env.DAWN_FLAGS?.split(';') ?? ['disable-dawn-features=timestamp_quantization'];

/** The measurements: bundled beside this file where it was packed, else from the sources. */
async function load() {
  const packed = fileURLToPath(new URL('./bench-gpu.js', import.meta.url));
  if (existsSync(packed)) return import(packed);
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport('./bench/gpu/bench-gpu.ts', { configFile: false, logLevel: 'error' });
  return module;
}

function whole(name) {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 0) return value;
  console.error(`--${name} takes a whole number`);
  return process.exit(2);
}

const { create, globals } = await import('webgpu');
Object.assign(globalThis, globals);
const { benchGpu, csv, dispatchRows, parseCases, summary } = await load();
let report;
try {
  report = await benchGpu(create(flags), {
    cases: parseCases(values.cases),
    steps: Math.max(1, whole('steps')),
    tune: whole('tune'),
    variants: values.variants,
    half: values.half,
    pytorch: values.pytorch,
    log: console.error,
  });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
mkdirSync(values.out, { recursive: true });
writeFileSync(join(values.out, 'gpu.json'), `${JSON.stringify(report, null, 2)}\n`);
writeFileSync(join(values.out, 'dispatches.csv'), csv(dispatchRows(report)));
writeFileSync(join(values.out, 'variants.csv'), csv(report.variants));
console.log(summary(report));
// Dawn keeps Node alive.
process.exit(report.errors.length > 0 ? 1 : 0);
