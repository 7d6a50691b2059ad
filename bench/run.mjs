// Measures one training step of this project's engines and of others, all in one run on one machine:
//   npm run bench -- [--cases 32x4x2,64x8x2] [--steps 5] [--sides ours,cpu,stock,jaxjs] [--seed 1] [--threads N] [--json FILE]
//   npm run bench -- --check 6    each side's worst gradient error at that many seeds, with and without kinks
//   npm run bench -- --scaling    our steps over batch, size, filters and threads (--sides ours,cpu)
//   npm run bench -- --plan 256x16x1,256x16x8   what those plans will ask of a GPU, without running them
//   npm run bench -- --kernels    our dispatches and calls one by one, against the adapter's and the machine's own peaks
// A case is size x filters x batch. Sides on the adapter: ours, stock, jaxjs; on the CPU: cpu, jaxjs-wasm, tfjs-cpu, pytorch (where python3
// has torch). The flags of Chromium come from CHROMIUM_FLAGS (space-separated) where it is set: on a machine with a GPU, for example.
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { build, preview, runnerImport } from 'vite';
import { chromiumFlags, findChromium } from '../scripts/chromium.mjs';
import { cpuKernels } from '../scripts/cpu-kernels.mjs';
import { compilePeak } from './peak.mjs';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '32x4x2,64x8x2' },
    steps: { type: 'string', default: '5' },
    sides: { type: 'string', default: 'ours,cpu,stock,jaxjs,jaxjs-wasm,tfjs-cpu,pytorch' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string' },
    check: { type: 'string' },
    scaling: { type: 'boolean', default: false },
    kernels: { type: 'boolean', default: false },
    plan: { type: 'string' },
    json: { type: 'string' },
  },
});
const steps = Number(values.steps);
const seed = Number(values.seed);
const threads = values.threads === undefined ? null : Number(values.threads);
if (!Number.isInteger(steps) || steps < 1 || !Number.isInteger(seed))
  fail('--steps takes a whole number from 1, --seed a whole number');
if (threads !== null && (!Number.isInteger(threads) || threads < 1)) fail('--threads takes a whole number from 1');

function fail(message) {
  console.error(message);
  process.exit(2);
}

/** A module of this folder, in Node. */
async function load(name) {
  const { module } = await runnerImport(`./bench/${name}`, {
    configFile: false,
    logLevel: 'error',
    plugins: [cpuKernels()],
  });
  return module;
}

const { parseCases, parseSides } = await load('options.ts');
let cases;
let sides;
try {
  cases = parseCases(values.cases);
  sides = parseSides(values.sides);
} catch (error) {
  fail(error.message);
}

if (values.plan !== undefined) {
  let plans;
  try {
    const { planTable, plansOf } = await load('plans.ts');
    plans = plansOf(parseCases(values.plan));
    console.log(planTable(plans));
  } catch (error) {
    fail(error.message);
  }
  if (values.json)
    await writeFile(values.json, `${JSON.stringify({ date: new Date().toISOString(), plans }, null, 2)}\n`);
  process.exit(0);
}

const outDir = fileURLToPath(new URL('../.cache/bench', import.meta.url));
// Shared memory, for the CPU engine's threads, is given to isolated pages alone.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const config = {
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  logLevel: 'error',
  plugins: [cpuKernels()],
  worker: { format: 'es', plugins: () => [cpuKernels()] },
  build: { outDir, emptyOutDir: true, target: 'esnext', chunkSizeWarningLimit: 1e6 },
  preview: { host: '127.0.0.1', port: 0, headers },
};
await build(config);
const server = await preview(config);
const { port } = server.httpServer.address();
const found = await findChromium();
console.log(`Chromium: ${found.path} (${found.source})`);
const args = process.env.CHROMIUM_FLAGS?.split(' ') ?? chromiumFlags;
const browser = await chromium.launch({ executablePath: found.path, args });

/** Runs `task` in a fresh page. */
async function inPage(task, argument) {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  page.on('console', message => {
    if (message.type() === 'log') console.log(message.text());
    else if (message.type() === 'error') console.error(`page: ${message.text()}`);
  });
  page.on('pageerror', error => console.error(`page error: ${error.message}`));
  try {
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction(() => window.bench !== undefined);
    return await page.evaluate(task, argument);
  } finally {
    await page.close();
  }
}

const outer = await load('peers/pytorch.ts');
const peer =
  sides.includes('pytorch') && !values.check && !values.scaling && !values.kernels ? outer.findPytorch() : undefined;
const inner = sides.filter(side => side !== 'pytorch');
const own = inner.filter(side => side === 'ours' || side === 'cpu');

async function compareAll() {
  const results = [];
  for (const one of cases) {
    const result = await inPage(options => window.bench.compare(options), {
      ...one,
      steps,
      seed,
      sides: inner,
      threads,
    });
    if (peer) {
      const team = result.cpu?.threads ?? threads ?? availableParallelism();
      result.peersCpu.pytorch = outer.comparePytorch({ ...one, steps, seed, threads: team, python: peer.python });
      console.log(`  pytorch ${peer.version}: ${result.peersCpu.pytorch.stepMs?.toFixed(1)} ms`);
    }
    results.push(result);
  }
  return results;
}

let failed = false;
try {
  const adapter = await inPage(() => window.bench.adapter());
  const name = adapter ? Object.values(adapter).slice(0, 3).join(' / ') : 'none';
  console.log(`adapter: ${name}${adapter?.software ? ' (software)' : ''}`);
  const report = { date: new Date().toISOString(), browser: browser.version(), adapter, steps };
  if (peer) report.pytorch = peer.version;
  if (values.check) {
    report.checks = [];
    for (const one of cases)
      report.checks.push(
        await inPage(options => window.bench.checkSeeds(options), {
          ...one,
          seeds: Number(values.check),
          sides: inner,
        }),
      );
  } else if (values.scaling) {
    report.scaling = [];
    for (const side of own) {
      const points = await inPage(
        ([side, cores]) => window.bench.scalingPoints(side, cores),
        [side, threads ?? availableParallelism()],
      );
      const results = [];
      for (const point of points)
        results.push(await inPage(options => window.bench.scaling(options), { ...point, steps }));
      report.scaling.push(...results);
      console.log(`\n${side}\n\n${await inPage(all => window.bench.scalingTable(all), results)}`);
    }
  } else if (values.kernels) {
    report.kernels = [];
    const peak = own.includes('cpu') ? await compilePeak() : '';
    for (const one of cases)
      for (const side of own) {
        const result =
          side === 'cpu'
            ? await inPage(options => window.bench.cpuKernels(options), { ...one, peak })
            : await inPage(options => window.bench.kernels(options), one);
        report.kernels.push({ side, ...result });
        console.log(`\n${side}: ${await inPage(measured => window.bench.kernelTable(measured), result)}`);
      }
  } else {
    report.cases = await compareAll();
    console.log(`\n${await inPage(results => window.bench.table(results), report.cases)}`);
    failed = report.cases.some(({ ours, cpu }) => [ours, cpu].some(side => side && side.stepMs === null));
  }
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
} catch (error) {
  console.error(error.message);
  failed = true;
}
await browser.close();
await server.close();
process.exit(failed ? 1 : 0);
