/**
 * Twenty faults in one run, in an order drawn from a seed: at its end the run has the numbers of one that nothing happened to.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import {
  destroyDevice,
  useDemoData as drawDemoData,
  expect,
  exportedReport,
  goPlace,
  openStudio,
  startTraining,
  test,
} from '../support.ts';

const EPOCHS = 100;
const QUERY = `size=32&filters=2&batch=4&epochs=${EPOCHS}&demo=16&flips=1&seed=11&engine=compiled`;
const SEED = 7;

type Fault =
  | 'worker ended'
  | 'page reloaded'
  | 'page crashed'
  | 'browser killed'
  | 'GPU process crashed'
  | 'device destroyed'
  | 'tab frozen'
  | 'disk full';
const faults: readonly Fault[] = [
  ...new Array<Fault>(4).fill('worker ended'),
  ...new Array<Fault>(3).fill('page reloaded'),
  ...new Array<Fault>(3).fill('page crashed'),
  ...new Array<Fault>(3).fill('browser killed'),
  ...new Array<Fault>(2).fill('GPU process crashed'),
  ...new Array<Fault>(2).fill('device destroyed'),
  ...new Array<Fault>(2).fill('tab frozen'),
  'disk full',
];

/** Fisher and Yates, by a small generator of its own. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  const copy = [...list];
  let state = seed;
  for (let i = copy.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

/** In the place of training, where all of it happens. */
const keptEpoch = (page: Page) =>
  page.evaluate(() => Number(/Saved up to epoch (\d+)/.exec(document.body.innerText)?.[1] ?? 0));

async function keptUpTo(page: Page, epoch: number): Promise<void> {
  await expect.poll(() => keptEpoch(page), { timeout: 120_000, intervals: [50] }).toBeGreaterThanOrEqual(epoch);
}

async function numbers(page: Page) {
  const { epochs } = await exportedReport(page);
  return epochs.map(({ epoch, loss, dice, accuracy, valLoss, valDice, valAccuracy }: Record<string, number>) => [
    ...[epoch, loss, dice, accuracy, valLoss, valDice, valAccuracy],
  ]);
}

test('twenty faults', async ({ playwright, launchOptions, baseURL }) => {
  const folder = await mkdtemp(join(tmpdir(), 'lesion-studio-'));
  let context: BrowserContext | undefined;
  let page: Page | undefined;
  let gpuCrashed = false;
  const open = async (query: string): Promise<Page> => {
    context ??= await playwright.chromium.launchPersistentContext(folder, {
      ...launchOptions,
      ...(baseURL ? { baseURL } : {}),
      acceptDownloads: true,
    });
    page = await context.newPage();
    // Faults of the GPU are among them.
    await openStudio(page, query.includes('engine=') ? query : `${query}&engine=compiled`);
    return page;
  };
  const closeBrowser = async () => {
    await context?.close();
    context = undefined;
    gpuCrashed = false;
  };
  const goOn = async (at: Page) => {
    await goPlace(at, 'Train');
    await at.getByRole('button', { name: 'Continue', exact: true }).click({ timeout: 60_000 });
  };
  const finished = (at: Page) =>
    expect(at.getByRole('status', { name: 'Training status' })).toContainText(`Finished after ${EPOCHS} epochs`, {
      timeout: 600_000,
    });

  const inject: Record<Fault, (at: Page) => Promise<Page>> = {
    'worker ended': async at => {
      const worker = at.workers().find(one => one.url().includes('training'));
      await worker?.evaluate(() => (globalThis as unknown as { close(): void }).close());
      return at;
    },
    'page reloaded': async at => {
      await openStudio(at, 'engine=compiled');
      await goOn(at);
      return at;
    },
    'page crashed': async at => {
      const crashed = at.waitForEvent('crash');
      await at.goto('chrome://crash').catch(() => {});
      await crashed;
      await at.close();
      const next = await open('');
      await goOn(next);
      return next;
    },
    'browser killed': async at => {
      const session = await context?.newCDPSession(at);
      const gone = new Promise<void>(resolve => context?.once('close', () => resolve()));
      // No answer comes from a browser that is no more.
      void (session as unknown as { send(method: string): Promise<unknown> }).send('Browser.crash').catch(() => {});
      await gone;
      await closeBrowser();
      const next = await open('');
      await goOn(next);
      return next;
    },
    'GPU process crashed': async at => {
      if (gpuCrashed) {
        // A browser gives no other device after a second crash: that is another test's.
        at = await inject['browser killed'](at);
        await keptUpTo(at, (await keptEpoch(at)) + 1);
      }
      gpuCrashed = true;
      const session = await context?.newCDPSession(at);
      void (session as unknown as { send(method: string): Promise<unknown> })
        .send('Browser.crashGpuProcess')
        .catch(() => {});
      await expect(at.getByRole('alert').filter({ hasText: 'graphics device' }).last()).toBeVisible({
        timeout: 60_000,
      });
      return at;
    },
    'device destroyed': async at => {
      await destroyDevice(at);
      await expect(at.getByRole('alert').filter({ hasText: 'graphics device' }).last()).toBeVisible({
        timeout: 60_000,
      });
      return at;
    },
    'tab frozen': async at => {
      const session = await at.context().newCDPSession(at);
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      await new Promise(resolve => setTimeout(resolve, 4000));
      await session.send('Page.setWebLifecycleState', { state: 'active' });
      return at;
    },
    'disk full': async at => {
      const session = await at.context().newCDPSession(at);
      const { origin } = new URL(at.url());
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
      await expect(at.getByRole('alert').filter({ hasText: 'Keeping the run' })).toBeVisible({ timeout: 60_000 });
      await session.send('Storage.overrideQuotaForOrigin', { origin });
      return at;
    },
  };

  try {
    let at = await open(QUERY);
    await drawDemoData(at);
    await startTraining(at);
    await finished(at);
    const undisturbed = await numbers(at);
    expect(undisturbed).toHaveLength(EPOCHS);
    await at.close();

    at = await open(QUERY);
    await drawDemoData(at);
    await startTraining(at);
    let lost = 0;
    const survived: string[] = [];
    for (const fault of shuffled(faults, SEED)) {
      await keptUpTo(at, 1 + (await keptEpoch(at)));
      const before = await keptEpoch(at);
      at = await inject[fault](at);
      // Something is kept again, and nothing that was kept before is gone.
      // One reading for both: while a run is being taken up again the page says nothing of what is kept.
      let after = 0;
      await expect
        .poll(
          async () => {
            after = await keptEpoch(at);
            return after;
          },
          { timeout: 120_000, intervals: [50] },
        )
        .toBeGreaterThan(0);
      if (after < before) lost += before - after;
      survived.push(`${fault} (epoch ${before})`);
      const dismiss = at.getByRole('alert').getByRole('button', { name: 'Dismiss' });
      while ((await dismiss.count()) > 0) await dismiss.first().click();
    }
    await finished(at);
    expect(await numbers(at)).toEqual(undisturbed);
    expect(lost, 'kept epochs that had to be made again').toBe(0);
    console.log(`${survived.length} faults survived: ${survived.join(', ')}`);
  } finally {
    await closeBrowser();
    await rm(folder, { recursive: true, force: true });
  }
});
