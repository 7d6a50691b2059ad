/** What the end-to-end tests share: opening the page small enough for the software adapter, reading its charts, pictures
 * and downloads, and watching that nothing leaves the origin. */
import { readFile } from 'node:fs/promises';
import {
  type Browser,
  type BrowserContext,
  test as base,
  type Download,
  expect,
  type Locator,
  type Page,
} from '@playwright/test';

/** Small enough for a CPU that plays a GPU. Each demo image takes longer to be drawn and read than to be trained on. */
export const small = 'size=32&filters=4&batch=4&epochs=2&demo=20';

/** Every test fails on an uncaught error in the page and on any request to another origin. */
export const test = base.extend<{ watched: undefined }>({
  watched: [
    async ({ page, baseURL }, use) => {
      const origin = new URL(baseURL ?? '').origin;
      const strays: string[] = [];
      const errors: string[] = [];
      page.context().on('request', request => {
        const url = new URL(request.url());
        if (url.protocol !== 'blob:' && url.protocol !== 'data:' && url.origin !== origin) strays.push(request.url());
      });
      page.on('websocket', socket => strays.push(socket.url()));
      await watchWebRtc(page.context(), () => strays.push('a connection by WebRTC'));
      page.on('pageerror', error => errors.push(error.message));
      await use(undefined);
      expect(strays, 'requests that left the origin').toEqual([]);
      expect(errors, 'uncaught errors').toEqual([]);
    },
    { auto: true },
  ],
});

/** No policy stops WebRTC: whoever makes a connection is noted. Seen to work in leaks.spec.ts. */
export async function watchWebRtc(context: BrowserContext, note: () => void): Promise<void> {
  await context.exposeFunction('noteWebRtc', note);
  await context.addInitScript(() => {
    const Original = window.RTCPeerConnection;
    if (!Original) return;
    window.RTCPeerConnection = class extends Original {
      constructor(...of: ConstructorParameters<typeof Original>) {
        super(...of);
        (window as unknown as { noteWebRtc(): void }).noteWebRtc();
      }
    };
  });
}

export { clean } from './clean.ts';
export { expect };

/** The places of the page, by the names of their tabs. */
const places = ['Data', 'Train', 'Results', 'Models'] as const;
export type PlaceName = (typeof places)[number];

const tabOf = (page: Page, place: PlaceName) =>
  page.getByRole('tablist', { name: 'Places' }).getByRole('tab', { name: new RegExp(`^${place}`) });

/** Opens a place by its tab, where it is not open. What stands in the others is not shown. */
export async function goPlace(page: Page, place: PlaceName): Promise<void> {
  const tab = tabOf(page, place);
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  await expect(tab).toHaveAttribute('aria-selected', 'true');
}

/** Does something in a place, and comes back to the one that was open. */
export async function inPlace<T>(page: Page, place: PlaceName, act: () => Promise<T>): Promise<T> {
  const name = await page.getByRole('tablist', { name: 'Places' }).getByRole('tab', { selected: true }).innerText();
  const before = places.find(place => name.startsWith(place));
  if (!before) throw new Error(`no place is named ${name}`);
  await goPlace(page, place);
  const made = await act();
  await goPlace(page, before);
  return made;
}

/** What the button at the head opens: storage, diagnostics, licences. */
export async function openHelp(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name: 'Lesion Studio' });
  if (await dialog.isHidden()) await page.getByRole('button', { name: 'Help and storage' }).click();
  await expect(dialog).toBeVisible();
  return dialog;
}

export async function openStudio(page: Page, query = small): Promise<void> {
  await page.goto(`./?${query}`);
  await expect(page.getByRole('button', { name: 'Use demo data' })).toBeVisible();
}

export async function useDemoData(page: Page): Promise<void> {
  await goPlace(page, 'Data');
  await page.getByRole('button', { name: 'Use demo data' }).click();
  await expect(page.getByRole('region', { name: 'Dataset' })).toContainText(/\d+ pairs/, { timeout: 60_000 });
  await expect(page.getByRole('region', { name: 'Dataset' })).toContainText(/train \d+ · validation \d+ · test \d+/);
}

/** The place of the data, with the fields of the split unfolded. */
export async function openSplit(page: Page): Promise<void> {
  await goPlace(page, 'Data');
  const change = page.getByRole('button', { name: 'Change', exact: true });
  if (await change.isVisible()) await change.click();
  await expect(page.getByLabel('Split seed')).toBeVisible();
}

/** Waits until a data set of so many pairs stands there and nothing is being read: the progress speaks of pairs too. */
export async function pairsRead(page: Page, count: number): Promise<void> {
  await inPlace(page, 'Data', async () => {
    const dataset = page.getByRole('region', { name: 'Dataset' });
    await expect(dataset.getByText(`${count} pairs`, { exact: true }).first()).toBeVisible();
    await expect(dataset.getByRole('button', { name: 'Cancel' })).toBeHidden();
  });
}

export function runStatus(page: Page): Locator {
  return page.getByRole('progressbar', { name: 'Training progress' });
}

/** Presses Start, and stays in the place of training. */
export async function startTraining(page: Page): Promise<void> {
  await goPlace(page, 'Train');
  await page.getByRole('button', { name: 'Start training' }).click();
}

/** Presses Run test split in the place of results, and stays there. */
export async function runTest(page: Page): Promise<void> {
  await goPlace(page, 'Results');
  await page.getByRole('button', { name: 'Run test split' }).click();
}

/** Starts a run and waits for its end. */
export async function train(page: Page, timeout = 240_000): Promise<void> {
  const before = await page.evaluate(() => window.studio.store.getState().run?.id);
  await startTraining(page);
  // On the CPU's cores a small run is over before anyone could see that it can be stopped.
  await page.waitForFunction(id => (window.studio.store.getState().run?.id ?? id) !== id, before, { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Run test split' })).toBeEnabled({ timeout });
}

/** The first run of the page has come to its end; it may be over at once. */
export async function trained(page: Page, timeout = 240_000): Promise<void> {
  await page.waitForFunction(() => window.studio.store.getState().run !== null, undefined, { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Run test split' })).toBeEnabled({ timeout });
}

/** The latest values that a figure tells: { train, validation }. */
export async function figureValues(page: Page, name: string): Promise<{ train: number; validation: number }> {
  const text = await inPlace(page, 'Train', () => page.getByRole('figure', { name, exact: true }).innerText());
  const read = (series: string) =>
    Number(new RegExp(`${series}\\s+(-?\\d+\\.\\d+)`, 'i').exec(text)?.[1] ?? Number.NaN);
  return { train: read('train'), validation: read('validation') };
}

export interface Pixels {
  width: number;
  height: number;
  /** RGBA. */
  data: number[];
}

/** The pixels of a picture on the page, as decoded by the browser. */
export async function pixelsOf(image: Locator): Promise<Pixels> {
  return image.evaluate(async element => {
    const picture = element as HTMLImageElement;
    await picture.decode();
    const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(picture, 0, 0);
    const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return { width, height, data: [...data] };
  });
}

/** 0/1 per pixel of a picture that shows a mask. Fails on any colour but black and white. */
export async function maskOf(image: Locator): Promise<number[]> {
  const { data } = await pixelsOf(image);
  const mask: number[] = [];
  for (let i = 0; i < data.length; i += 4) {
    expect([0, 255]).toContain(data[i]);
    mask.push(data[i] === 255 ? 1 : 0);
  }
  return mask;
}

export function diceOf(a: readonly number[], b: readonly number[]): number {
  const both = a.filter((value, i) => value && b[i]).length;
  const sum = a.filter(Boolean).length + b.filter(Boolean).length;
  return sum === 0 ? 1 : (2 * both) / sum;
}

async function fromExportMenu(page: Page, item: string): Promise<Download> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 30_000 }),
    page.getByRole('menuitem', { name: item, exact: true }).click(),
  ]);
  return download;
}

/** Presses the button in the place that has it, or takes the entry of the menu of exports. */
export async function downloadFrom(page: Page, button: string): Promise<Download> {
  const press = async () => {
    const [download] = await Promise.all([
      // A click that was refused brings none: told soon, rather than when the whole test's time is up.
      page.waitForEvent('download', { timeout: 30_000 }),
      page.getByRole('button', { name: button, exact: true }).click(),
    ]);
    return download;
  };
  if (await page.getByRole('button', { name: button, exact: true }).isVisible()) return press();
  const anywhere = page.getByRole('button', { name: button, exact: true, includeHidden: true }).first();
  if ((await anywhere.count()) === 0) return inPlace(page, 'Models', () => fromExportMenu(page, button));
  const panel = await anywhere.evaluate(element => element.closest('[role=tabpanel]')?.id ?? '');
  const place = places.find(name => panel === `place-${name.toLowerCase()}`);
  return place ? inPlace(page, place, press) : press();
}

export async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

// biome-ignore lint/suspicious/noExplicitAny: a report is foreign data here, read by the tests key by key.
export async function exportedReport(page: Page): Promise<any> {
  return JSON.parse((await bytesOf(await downloadFrom(page, 'Export report'))).toString('utf8'));
}

/** Until a checkpoint of that epoch or a later one is whole: looked for in every frame, since the run goes on meanwhile. */
export async function keptUpTo(page: Page, epoch: number): Promise<void> {
  await goPlace(page, 'Train');
  await page.waitForFunction(
    least => Number(/Saved up to epoch (\d+)/.exec(document.body.innerText)?.[1] ?? 0) >= least,
    epoch,
    { polling: 'raf', timeout: 120_000 },
  );
}

/** The next step of the run that goes on finds its GPU device destroyed. */
export async function destroyDevice(page: Page): Promise<void> {
  const worker = page.workers().find(one => one.url().includes('training'));
  await worker?.evaluate(() => {
    const make = GPUDevice.prototype.createCommandEncoder;
    GPUDevice.prototype.createCommandEncoder = function (...of: Parameters<typeof make>) {
      GPUDevice.prototype.createCommandEncoder = make;
      this.destroy();
      return make.apply(this, of);
    };
  });
}

/** For tests that crash the GPU process: a browser does not survive all of it. */
export async function inOwnBrowser(
  playwright: { chromium: { launch(options: object): Promise<Browser> } },
  use: { launchOptions?: object; baseURL?: string | undefined },
  body: (page: Page, crashGpu: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const browser = await playwright.chromium.launch({ ...use.launchOptions });
  try {
    const page = await browser.newPage({ baseURL: use.baseURL, acceptDownloads: true });
    const session = await browser.newBrowserCDPSession();
    // The answer never comes where the process is gone before it.
    const crashGpu = async () => void session.send('Browser.crashGpuProcess').catch(() => {});
    await body(page, crashGpu);
  } finally {
    await browser.close();
  }
}

/** Drags a file over an element and lets it go there. */
export async function dropOn(
  page: Page,
  selector: string,
  { name, mimeType, buffer }: { name: string; mimeType: string; buffer: Buffer },
): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([text, title, type]) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(text ?? ''), letter => letter.charCodeAt(0));
      data.items.add(new File([bytes], title ?? '', { type }));
      return data;
    },
    [buffer.toString('base64'), name, mimeType],
  );
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent(selector, event, { dataTransfer: transfer });
}
