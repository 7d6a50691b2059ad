/**
 * One GPU device for all tests of a file, from Dawn for Node on Chromium's software adapter (or the machine's own, where
 * VK_ICD_FILENAMES names it). A test that makes any GPU validation error fails.
 */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type GpuDevice, requestGpuDevice } from '../kernels/device.ts';

const ICD = 'vk_swiftshader_icd.json';

/** The software driver's description, in the folder of some Chromium of this machine. */
function findDriver(): string | undefined {
  const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome', '/usr/lib64/chromium'];
  const chromium = process.env.CHROMIUM_PATH;
  if (chromium) folders.unshift(dirname(chromium));
  for (const root of [process.env.PLAYWRIGHT_BROWSERS_PATH, join(homedir(), '.cache/ms-playwright')]) {
    if (!root || !existsSync(root)) continue;
    for (const browser of readdirSync(root))
      for (const inner of ['chrome-linux', 'chrome-linux64', 'chrome-headless-shell-linux64', 'chrome-win', ''])
        folders.push(join(root, browser, inner));
  }
  return folders.map(folder => join(folder, ICD)).find(existsSync);
}

let shared: Promise<GpuDevice | undefined> | undefined;
const errors: string[] = [];
/** Dawn takes its threads with it when this object is collected, while the device still needs them. */
let instance: GPU | undefined;

/**
 * Chromium brings Vulkan's loader too. Dawn looks for it by its bare name, and finds it once it is in memory: Node's own
 * dlopen puts it there and complains that it is no Node module; the flag keeps it loaded.
 */
function preloadVulkan(folder: string): void {
  const loader = join(folder, 'libvulkan.so.1');
  const RTLD_NOW = 2;
  const RTLD_NODELETE = 0x1000;
  if (!existsSync(loader)) return;
  try {
    process.dlopen({ exports: {} }, loader, RTLD_NOW | RTLD_NODELETE);
  } catch {
    // Said above.
  }
}

async function open(): Promise<GpuDevice | undefined> {
  const driver = findDriver();
  if (driver && !process.env.VK_ICD_FILENAMES) {
    process.env.VK_ICD_FILENAMES = driver;
    preloadVulkan(dirname(driver));
  }
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  try {
    instance = create([]);
    const gpu = await requestGpuDevice(instance);
    gpu.device.onuncapturederror = event => errors.push(event.error.message);
    return gpu;
  } catch (error) {
    console.warn(`no GPU adapter for tests: ${String(error)}`);
    return undefined;
  }
}

/** The one device of this process; undefined where no adapter can be had. */
export function sharedGpu(): Promise<GpuDevice | undefined> {
  shared ??= open();
  return shared;
}

/** A test that needs the GPU: skipped, and said so, only where no adapter can be had; fails on any validation error. */
export function gpuTest(name: string, body: (gpu: GpuDevice) => Promise<void>, timeout?: number): void {
  test(
    name,
    async context => {
      const gpu = await sharedGpu();
      if (!gpu) return context.skip('no GPU adapter');
      await body(gpu);
    },
    timeout,
  );
}

/** A test on the GPU that compiles for seconds on a software adapter: with LONG=1 (npm run test:soak) alone. */
export const longGpuTest: typeof gpuTest = process.env.LONG ? gpuTest : name => test.skip(`${name} (LONG=1)`, () => {});

/** Call once in each test file that uses the GPU. */
export function failOnGpuErrors(): void {
  afterEach(async () => {
    const gpu = await shared;
    if (!gpu) return;
    await gpu.device.queue.onSubmittedWorkDone();
    // Uncaptured errors arrive as events, after the queue's promise.
    await new Promise(resolve => setTimeout(resolve, 0));
    expect(errors.splice(0)).toEqual([]);
  });
}
