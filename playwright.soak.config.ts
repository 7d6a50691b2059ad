/** The long checks: `npm run test:soak`. What they measured goes to docs/reliability.md by hand. */
import { defineConfig } from '@playwright/test';
import base from './playwright.config.ts';

export default defineConfig(base, { testDir: 'e2e/soak', testIgnore: [], timeout: 3_600_000, workers: 1 });
