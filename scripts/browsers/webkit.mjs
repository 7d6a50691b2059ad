// WebKitGTK's MiniBrowser, found or installed, on a display of its own, driven through its WebDriver.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, installed } from './programs.mjs';
import { openSession } from './webdriver.mjs';

/** undefined where there is none and none can be installed. `home`: an empty folder to live in; downloads go to its `downloads`. */
export async function openWebkit({ home, downloads, seconds }) {
  const found = await installed(
    () => {
      const driver = findProgram(['WebKitWebDriver']);
      const display = findProgram(['Xvfb']);
      return driver && display && { driver, display };
    },
    { packages: { 'apt-get': ['webkit2gtk-driver', 'xvfb'] }, seconds },
  );
  if (!found) return undefined;
  mkdirSync(join(home, '.config'), { recursive: true });
  writeFileSync(join(home, '.config', 'user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"\n`);

  const children = [];
  const stop = () => {
    for (const child of children) child.kill();
  };
  try {
    const display = spawn(found.display, ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    children.push(display);
    const number = await firstLine(display.stdio[3], 'Xvfb');
    const port = 20_000 + (process.pid % 20_000);
    const driver = spawn(found.driver, [`--port=${port}`], {
      stdio: 'ignore',
      env: {
        ...process.env,
        DISPLAY: `:${number}`,
        HOME: home,
        XDG_CONFIG_HOME: join(home, '.config'),
        XDG_DATA_HOME: join(home, '.local', 'share'),
        XDG_CACHE_HOME: join(home, '.cache'),
      },
    });
    children.push(driver);
    const session = await untilUp(() => openSession(`http://127.0.0.1:${port}`, { browserName: 'MiniBrowser' }));
    await session.size(1440, 900);
    const element = async (script, args) => {
      const id = await session.find(script, args);
      if (id === null) throw new Error(`${args.join(' ')} is not in the page`);
      return id;
    };
    return {
      name: 'WebKitGTK',
      version: session.capabilities.browserVersion,
      // Plain WebDriver tells of no uncaught errors: what the page itself shows must do.
      errors: [],
      goto: session.goto,
      evaluate: session.evaluate,
      click: async (script, args) => session.click(await element(script, args)),
      setFiles: async (script, args, paths) => session.type(await element(script, args), paths.join('\n')),
      picture: session.picture,
      async close() {
        await session.close().catch(() => {});
        stop();
      },
    };
  } catch (thrown) {
    stop();
    throw thrown;
  }
}

function firstLine(stream, name) {
  return new Promise((resolve, reject) => {
    stream.once('data', data => resolve(String(data).trim()));
    stream.once('close', () => reject(new Error(`${name} ended before it said which display it has`)));
  });
}

/** Tries for a while: a driver takes a moment until it listens. */
async function untilUp(open) {
  for (let tries = 1; ; tries++) {
    try {
      return await open();
    } catch (thrown) {
      if (tries === 20 || thrown.cause?.code !== 'ECONNREFUSED') throw thrown;
      await new Promise(resolve => setTimeout(resolve, 250));
    }
  }
}
