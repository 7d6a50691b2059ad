/** The long checks: `npm run test:soak`. What they measured goes to docs/reliability.md by hand. */
import { defineConfig } from '@playwright/test';
import base from './playwright.config.ts';

export default defineConfig(base, {
  testIgnore: [],
  // No title is empty: nothing is left out.
  grepInvert: /^$/,
  timeout: 3_600_000,
  workers: 1,
  projects: [
    { name: 'soak', testMatch: /[\\/]e2e[\\/]soak[\\/].*\.spec\.ts$/ },
    // All of them: with LONG=1 those of `npm test` look at more, too.
    { name: 'long', testIgnore: /[\\/]e2e[\\/]soak[\\/]/ },
  ],
});
