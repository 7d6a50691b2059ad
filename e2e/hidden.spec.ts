/**
 * A run goes on while another tab is in front. Playwright keeps every page visible, so this browser is driven without it, over
 * Chromium's own pipe.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { expect, test } from './support.ts';

test('@long training goes on in a hidden tab, and its title tells how far', async ({ baseURL, launchOptions }) => {
  const profile = await mkdtemp(join(tmpdir(), 'lesion-studio-'));
  const browser = spawn(
    launchOptions.executablePath ?? '',
    ['--headless=new', ...(launchOptions.args ?? []), '--remote-debugging-pipe', `--user-data-dir=${profile}`],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  try {
    const ask = asker(browser);
    const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
    await ask(
      'Page.navigate',
      { url: `${baseURL}?arch=basic-unet&size=16&filters=2&batch=4&epochs=16&demo=40&engine=compiled` },
      sessionId,
    );
    const inPage = async (expression: string) =>
      (await ask('Runtime.evaluate', { expression, returnByValue: true }, sessionId)).result?.value;
    const press = (name: string) =>
      expect
        .poll(
          () =>
            inPage(`(() => {
              const button = [...document.querySelectorAll('button:enabled')].find(one => one.textContent === '${name}' && one.checkVisibility());
              button?.click();
              return button !== undefined;
            })()`),
          { timeout: 120_000 },
        )
        .toBe(true);
    await press('Use demo data');
    await inPage("location.hash = 'train'");
    await press('Start training');
    await expect.poll(() => inPage('document.title'), { timeout: 120_000 }).toMatch(/^Epoch [2-7]\/16 · Dice 0\.\d{3}/);

    const other = await ask('Target.createTarget', { url: 'about:blank' });
    await ask('Target.activateTarget', { targetId: other.targetId });
    await expect.poll(() => inPage('document.visibilityState')).toBe('hidden');
    expect(await inPage('document.title')).toMatch(/^Epoch ([2-9]|1[0-5])\//);
    await inPage('window.drawn = 0; requestAnimationFrame(() => window.drawn++)');
    await expect.poll(() => inPage('document.title'), { timeout: 180_000 }).toMatch(/^Done · Dice 0\.\d{3}/);
    // Nothing was drawn meanwhile: the tab was hidden all the time.
    expect(await inPage("document.visibilityState + ' ' + window.drawn")).toBe('hidden 0');

    await ask('Target.activateTarget', { targetId });
    await expect.poll(() => inPage('document.visibilityState')).toBe('visible');
    await expect
      .poll(() => inPage(`document.querySelector('[aria-label="Training status"]').textContent`))
      .toContain('16 epochs');
    expect(await inPage(`document.querySelectorAll('[role=alert]').length`)).toBe(0);
  } finally {
    const gone = new Promise(resolve => browser.once('exit', resolve));
    browser.kill();
    await gone;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});

interface Answer {
  readonly targetId?: string;
  readonly sessionId?: string;
  readonly result?: { readonly value?: unknown };
}
type Ask = (method: string, params?: object, sessionId?: string) => Promise<Answer>;

/** Chromium's DevTools protocol over a pipe: JSON, each message ended by a zero byte. */
function asker(browser: ChildProcess): Ask {
  const [, , , requests, answers] = browser.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, (answer: { result?: Answer; error?: { message: string } }) => void>();
  let text = '';
  answers.setEncoding('utf8').on('data', (part: string) => {
    const messages = (text + part).split('\0');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const answer = JSON.parse(message);
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    }
  });
  let last = 0;
  return (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result ?? {}),
      );
      requests.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
}
