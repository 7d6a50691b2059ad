// The built page in a headless browser, with its commands by name (window.studio).
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { preview } from 'vite';
import { chromiumFlags, findChromium } from '../chromium.mjs';
import { UsageError } from './arguments.mjs';

/** The page's address is the same in every process, whatever port is free: the browser keeps data by address. */
const HOST = 'lesion-studio.localhost';
/** A killed process's browser may take a moment to end. */
const LOCKED_MS = 15_000;

/** `profile`: the folder of the browser's data. */
export async function openStudio(profile, query) {
  if (!existsSync('dist/index.html')) throw new UsageError('There is no built page yet: run "npm run build" first.');
  const found = await findChromium();
  const server = await preview({ preview: { port: 0 }, logLevel: 'error' });
  const { port } = server.httpServer.address();
  const args = [
    ...(process.env.CHROMIUM_FLAGS?.split(' ') ?? chromiumFlags),
    `--host-resolver-rules=MAP ${HOST}:80 127.0.0.1:${port}`,
  ];
  const context = await launch(profile, {
    executablePath: found.path,
    args,
    viewport: { width: 1440, height: 1200 },
    acceptDownloads: true,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('pageerror', error => console.error(`page error: ${error.message}`));
  await page.goto(`http://${HOST}/?${query}`);
  // Until the worker has found the device and listed what is kept.
  await page.evaluate(() => window.studio.opened);
  return {
    page,
    command: (name, ...given) =>
      page.evaluate(([name, given]) => window.studio.commands[name](...given), [name, given]),
    /** What `read`, a function of the state alone, makes of it in the page, as plain data. */
    look: read => page.evaluate(`(${read})(window.studio.store.getState())`),
    /** What a command that makes a file gives: its bytes, or null. */
    file: async (name, ...given) => {
      const address = await page.evaluate(
        async ([name, given]) => {
          const made = await window.studio.commands[name](...given);
          if (!made) return null;
          return new Promise((resolve, reject) => {
            const reader = new FileReader();
            reader.onload = () => resolve(reader.result);
            reader.onerror = () => reject(reader.error);
            reader.readAsDataURL(made.blob);
          });
        },
        [name, given],
      );
      return address === null ? null : Buffer.from(address.slice(address.indexOf(',') + 1), 'base64');
    },
    async close() {
      await context.close();
      await server.close();
    },
  };
}

async function launch(profile, options) {
  const begun = Date.now();
  for (;;) {
    try {
      return await chromium.launchPersistentContext(profile, options);
    } catch (thrown) {
      const locked = /existing browser session|profile.*in use|SingletonLock|ProcessSingleton/i.test(thrown.message);
      if (!locked) throw thrown;
      if (Date.now() - begun > LOCKED_MS)
        throw new Error(`A browser still uses ${profile}. End it, then start this again with --resume.`);
      await new Promise(resolve => setTimeout(resolve, 1000));
    }
  }
}
