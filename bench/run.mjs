// Measures one training step against stock tfjs-webgpu and jax-js, all in one run on one adapter:
//   npm run bench -- [--cases 32x4x2,64x8x2] [--steps 5] [--sides ours,stock,jaxjs] [--seed 1] [--json FILE]
//   npm run bench -- --check 6    each side's worst gradient error at that many seeds, with and without kinks
//   npm run bench -- --scaling    our step over batch, size and filters
//   npm run bench -- --kernels    our dispatches one by one, against the adapter's own peaks
// A case is size x filters x batch. The flags of Chromium come from CHROMIUM_FLAGS (space-separated) where it is set: on a
// machine with a GPU, for example.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { chromiumFlags, findChromium } from '../scripts/chromium.mjs';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '32x4x2,64x8x2' },
    steps: { type: 'string', default: '5' },
    sides: { type: 'string', default: 'ours,stock,jaxjs' },
    seed: { type: 'string', default: '1' },
    check: { type: 'string' },
    scaling: { type: 'boolean', default: false },
    kernels: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const steps = Number(values.steps);
const seed = Number(values.seed);
if (!Number.isInteger(steps) || steps < 1 || !Number.isInteger(seed)) {
  console.error('--steps takes a whole number from 1, --seed a whole number');
  process.exit(2);
}

const outDir = fileURLToPath(new URL('../.cache/bench', import.meta.url));
const config = {
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  logLevel: 'error',
  build: { outDir, emptyOutDir: true, target: 'esnext', chunkSizeWarningLimit: 1e6 },
  preview: { host: '127.0.0.1', port: 0 },
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

let failed = false;
try {
  const { adapter, cases, sides } = await inPage(
    async ({ cases, sides }) => ({
      cases: window.bench.parseCases(cases),
      sides: window.bench.parseSides(sides),
      adapter: await window.bench.adapter(),
    }),
    values,
  );
  console.log(`adapter: ${Object.values(adapter).slice(0, 3).join(' / ')}${adapter.software ? ' (software)' : ''}`);
  const report = { date: new Date().toISOString(), browser: browser.version(), adapter, steps };
  if (values.check) {
    report.checks = [];
    for (const one of cases)
      report.checks.push(
        await inPage(options => window.bench.checkSeeds(options), { ...one, seeds: Number(values.check), sides }),
      );
  } else if (values.scaling) {
    report.scaling = [];
    for (const point of await inPage(() => window.bench.scalingPoints))
      report.scaling.push(await inPage(options => window.bench.scaling(options), { ...point, steps }));
    console.log(`\n${await inPage(results => window.bench.scalingTable(results), report.scaling)}`);
  } else if (values.kernels) {
    report.kernels = [];
    for (const one of cases) {
      const result = await inPage(options => window.bench.kernels(options), one);
      report.kernels.push(result);
      console.log(`\n${await inPage(measured => window.bench.kernelTable(measured), result)}`);
    }
  } else {
    report.cases = [];
    for (const one of cases)
      report.cases.push(await inPage(options => window.bench.compare(options), { ...one, steps, seed, sides }));
    console.log(`\n${await inPage(results => window.bench.table(results), report.cases)}`);
    failed = report.cases.some(({ ours }) => ours && ours.stepMs === null);
  }
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
} catch (error) {
  console.error(error.message);
  failed = true;
}
await browser.close();
await server.close();
process.exit(failed ? 1 : 0);
