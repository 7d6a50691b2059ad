// The long checks: unit tests that compile for minutes, then those in e2e/soak on the built page. An argument chooses among the latter.
import { spawnSync } from 'node:child_process';
import { findChromium } from './chromium.mjs';

const chromium = await findChromium();
const env = { ...process.env, CHROMIUM_PATH: chromium.path, LONG: '1' };
const bin = name => `node_modules/.bin/${name}${process.platform === 'win32' ? '.cmd' : ''}`;
const chosen = process.argv.slice(2);
const steps = [
  ...(chosen.length > 0 ? [] : [['vitest', ['run', 'src/engine', 'src/kernels', 'src/metrics']]]),
  ['vite', ['build']],
  ['playwright', ['test', '--config', 'playwright.soak.config.ts', ...chosen]],
];
for (const [command, args] of steps) {
  const { status } = spawnSync(bin(command), args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}
await import('./soak-plots.mjs');
