// All checks, in the order of what they cost: types, lint, unit tests, build, end-to-end tests in Chromium.
import { spawnSync } from 'node:child_process';
import { findChromium } from './chromium.mjs';

const chromium = await findChromium();
console.log(`Chromium: ${chromium.path} (${chromium.source})`);
const env = { ...process.env, CHROMIUM_PATH: chromium.path };
const bin = name => `node_modules/.bin/${name}${process.platform === 'win32' ? '.cmd' : ''}`;

const steps = [
  ['types', bin('tsc'), ['--noEmit']],
  ['lint', bin('biome'), ['ci', '.']],
  ['unit', bin('vitest'), ['run']],
  ['build', bin('vite'), ['build']],
  ['e2e', bin('playwright'), ['test', ...process.argv.slice(2)]],
];
for (const [name, command, args] of steps) {
  const start = Date.now();
  console.log(`\n== ${name}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  if (status !== 0) {
    console.error(`== ${name} failed after ${seconds} s${error ? `: ${error.message}` : ''}`);
    process.exit(status ?? 1);
  }
  console.log(`== ${name} passed in ${seconds} s`);
}
