// The main job in Firefox and in WebKitGTK, on the built page: `npm run test:browsers [firefox] [webkit]`. A browser that is not there
// and cannot be installed is skipped, with a word. BROWSERS_SECONDS bounds the whole (180). Pictures of failures go to test-results/.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, runnerImport } from 'vite';
import { openFirefox } from './browsers/firefox.mjs';
import { journey } from './browsers/journey.mjs';
import { openWebkit } from './browsers/webkit.mjs';

const port = Number(process.env.E2E_PORT ?? 4283);
const address = `http://127.0.0.1:${port}/`;
const end = Date.now() + Number(process.env.BROWSERS_SECONDS ?? 180) * 1000;
const secondsLeft = () => (end - Date.now()) / 1000;
const folder = mkdtempSync(join(tmpdir(), 'lesion-studio-browsers-'));

/** `lasts`: whether the window that is driven keeps what the page stores. */
const windows = [
  { name: 'firefox', title: 'Firefox', lasts: true, open: openFirefox },
  {
    name: 'firefox-private',
    title: 'Firefox, private window',
    lasts: false,
    open: options => openFirefox({ ...options, preferences: { 'browser.privatebrowsing.autostart': true } }),
  },
  {
    name: 'firefox-blocked',
    title: 'Firefox, all storage refused',
    lasts: false,
    open: options => openFirefox({ ...options, preferences: { 'network.cookie.cookieBehavior': 2 } }),
  },
  { name: 'webkit', title: 'WebKitGTK', lasts: false, open: openWebkit },
];
const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !windows.some(one => one.name.startsWith(name)));
if (unknown.length > 0) {
  console.error(
    `No window here is named ${unknown.join(', ')}: there are ${windows.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(1);
}

let failed = 0;
const server = await serve();
try {
  const files = await makeFiles();
  for (const one of windows)
    if (wanted.length === 0 || wanted.some(name => one.name.startsWith(name))) failed += await drive(one, files);
} finally {
  server.kill();
  removeFolder();
}
process.exit(failed > 0 ? 1 : 0);

async function serve() {
  if (!existsSync('dist/index.html')) await build({ logLevel: 'warn' });
  const child = spawn(process.execPath, ['scripts/serve.mjs'], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null) process.exit(1);
    if (
      await fetch(address).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return child;
    if (tries === 100) throw new Error(`no answer from ${address}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** A browser that has just been told to end may still write: what cannot be removed is left to the system. */
function removeFolder() {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  } catch (thrown) {
    console.log(`${folder} is left: ${thrown.message}`);
  }
}

/** A zip of 12 pairs, and one image without a mask. */
async function makeFiles() {
  const { module } = await runnerImport('./e2e/fixtures.ts');
  const { name, buffer } = await module.zipOf(module.soundPairs(12));
  const [zip, image] = [join(folder, name), join(folder, 'other.png')];
  writeFileSync(zip, buffer);
  writeFileSync(image, module.skin(60, 40));
  return { zip, image };
}

/** How many steps failed. */
async function drive({ name, title, lasts, open }, files) {
  console.log(`\n== ${title}`);
  const started = Date.now();
  const home = join(folder, name);
  const downloads = join(home, 'downloads');
  mkdirSync(downloads, { recursive: true });
  const count = { passed: 0, failed: 0, skipped: 0 };
  const summary = steps => {
    count.skipped = steps - count.passed - count.failed;
    const seconds = ((Date.now() - started) / 1000).toFixed(0);
    console.log(
      `== ${title}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped in ${seconds} s`,
    );
    return count.failed;
  };
  if (secondsLeft() < 20) {
    console.log('Skipped: no time is left for it.');
    return summary(journey({}).length);
  }
  let page;
  try {
    page = await open({ home, downloads, seconds: Math.min(90, secondsLeft() - 20) });
  } catch (thrown) {
    console.log(`✗ starts: ${thrown.message}`);
    count.failed++;
    return summary(journey({}).length);
  }
  if (!page) {
    console.log('Skipped: it is not on this machine and could not be installed.');
    return summary(journey({}).length);
  }
  console.log(`${page.name} ${page.version}`);
  const steps = journey({ page, address, files, downloads, lasts });
  try {
    for (const [step, run] of steps) {
      const begun = Date.now();
      try {
        const seen = await within(secondsLeft(), run());
        count.passed++;
        console.log(`✓ ${step} (${((Date.now() - begun) / 1000).toFixed(1)} s): ${seen}`);
      } catch (thrown) {
        count.failed++;
        console.log(`✗ ${step}: ${thrown.message}`);
        await keepPicture(page, name);
        // What follows builds on it.
        break;
      }
    }
  } finally {
    await within(10, page.close()).catch(() => {});
  }
  return summary(steps.length);
}

async function within(seconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the time for all browsers is up')), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function keepPicture(page, name) {
  try {
    mkdirSync('test-results', { recursive: true });
    writeFileSync(`test-results/${name}.png`, await within(10, page.picture()));
    console.log(`  test-results/${name}.png shows the page`);
  } catch {
    // A browser that is gone shows nothing.
  }
}
