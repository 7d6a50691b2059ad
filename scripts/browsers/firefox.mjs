// Firefox, found or installed, driven through WebDriver BiDi.
import { launch } from 'puppeteer-core';
import { findProgram, installed } from './programs.mjs';

const names = ['firefox-esr', 'firefox'];
const wellKnown = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** undefined where there is none and none can be installed. `downloads`: the folder where they go. */
export async function openFirefox({ downloads, preferences = {}, seconds }) {
  const executablePath = await installed(() => findProgram(names, wellKnown), {
    variable: 'FIREFOX_PATH',
    packages: { 'apt-get': ['firefox-esr'], dnf: ['firefox'], apk: ['firefox-esr'], pacman: ['firefox'] },
    seconds,
  });
  if (!executablePath) return undefined;
  const browser = await launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    timeout: 60_000,
    extraPrefsFirefox: {
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.useDownloadDir': true,
      'browser.download.always_ask_before_handling_new_types': false,
      ...preferences,
    },
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  const errors = [];
  page.on('pageerror', error => errors.push(error.message));
  const call = (script, args) => `(${script})(...${JSON.stringify(args)})`;
  return {
    name: 'Firefox',
    version: (await browser.version()).replace(/^firefox\//i, ''),
    errors,
    goto: url => page.goto(url),
    evaluate: (script, args = []) => page.evaluate(call(script, args)),
    async click(script, args) {
      const element = (await page.evaluateHandle(call(script, args))).asElement();
      if (!element) throw new Error(`${args.join(' ')} is not in the page`);
      await element.click();
    },
    async setFiles(script, args, paths) {
      const element = (await page.evaluateHandle(call(script, args))).asElement();
      if (!element) throw new Error(`${args.join(' ')} is not in the page`);
      await element.uploadFile(...paths);
    },
    picture: () => page.screenshot(),
    close: () => browser.close(),
  };
}
