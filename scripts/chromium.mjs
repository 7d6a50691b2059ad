// Finds a Chromium that can run the end-to-end tests, or installs one: CHROMIUM_PATH, the system's, Playwright's own, and
// at last the system's package manager. Returns { path, source }; throws with what to do if there is none to be had.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const wellKnown = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

function works(path) {
  if (process.platform === 'win32') return existsSync(path);
  return spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0;
}

function systemChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [...names.flatMap(name => folders.map(folder => join(folder, name))), ...wellKnown];
  return candidates.find(path => existsSync(path) && works(path));
}

async function playwrightChromium() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return existsSync(path) && works(path) ? path : undefined;
}

function run(command, args) {
  console.log(`$ ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: 'inherit', timeout: 600_000 }).status === 0;
}

/** `install: false` only looks. */
export async function findChromium({ install = true } = {}) {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which is not there.`);
    return { path: named, source: 'CHROMIUM_PATH' };
  }
  const found = async () => {
    const system = systemChromium();
    if (system) return { path: system, source: 'the system' };
    const own = await playwrightChromium();
    return own && { path: own, source: 'Playwright' };
  };
  const present = await found();
  if (present || !install) return present;
  console.log('No Chromium found; installing one.');
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  if (run(npx, ['playwright', 'install', 'chromium'])) {
    const own = await playwrightChromium();
    if (own) return { path: own, source: 'Playwright, just installed' };
    // Downloaded, but libraries of the system are missing.
    if (run(npx, ['playwright', 'install-deps', 'chromium'])) {
      const complete = await playwrightChromium();
      if (complete) return { path: complete, source: 'Playwright, just installed' };
    }
  }
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const managers = [
    ['apt-get', ['apt-get', 'update', '-qq'], ['apt-get', 'install', '-y', '-qq', 'chromium']],
    ['dnf', ['dnf', 'install', '-y', 'chromium']],
    ['apk', ['apk', 'add', 'chromium']],
    ['pacman', ['pacman', '-Sy', '--noconfirm', 'chromium']],
    ['brew', ['brew', 'install', '--cask', 'chromium']],
  ];
  for (const [manager, ...commands] of managers) {
    if (spawnSync(manager, ['--version']).status !== 0) continue;
    const steps = manager === 'brew' ? commands : commands.map(command => [...prefix, ...command]);
    if (steps.every(([command, ...args]) => run(command, args))) {
      const system = await found();
      if (system) return { ...system, source: `${system.source}, just installed by ${manager}` };
    }
  }
  throw new Error('No Chromium could be found or installed. Install Chromium or Chrome, or set CHROMIUM_PATH to one.');
}

/** Flags for a real WebGPU on the CPU, without a display and without calls home. */
export const chromiumFlags = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-unsafe-swiftshader',
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];
