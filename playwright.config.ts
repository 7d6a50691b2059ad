import { defineConfig } from '@playwright/test';
import { chromiumFlags, findChromium } from './scripts/chromium.mjs';

const port = Number(process.env.E2E_PORT ?? 4273);
const chromium = await findChromium({ install: false });

export default defineConfig({
  testDir: 'e2e',
  // Run by playwright.soak.config.ts.
  testIgnore: /[\\/]e2e[\\/]soak[\\/]/,
  // What `npm test` has no time for; run there too.
  grepInvert: /@long/,
  // The software adapter computes on the CPU and leaves a quarter of two cores idle; more at once would only slow each other.
  workers: 2,
  fullyParallel: true,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    launchOptions: { executablePath: chromium?.path, args: chromiumFlags },
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
    // Each test has a browser profile of its own, which would fetch all files for later; offline.spec.ts is about that.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: 'node scripts/serve.mjs',
    env: { PORT: String(port) },
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
  },
});
