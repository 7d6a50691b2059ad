/**
 * What the page holds while a long check goes on: JavaScript bytes, the GPU buffers that live, and what the browser's GPU process
 * takes of the machine. The samples are written to docs/results/soak, from where scripts/soak-plots.mjs draws them.
 */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Page, Worker } from '@playwright/test';

export interface MemorySample {
  /** Since the sampler was made. */
  readonly seconds: number;
  /** JavaScript bytes of the page and its workers together, after a collection. */
  readonly heap: number;
  /** Buffers made and not destroyed, of all workers. */
  readonly gpuBuffers: number;
  readonly gpuBytes: number;
  /** Resident bytes of the browser's GPU process; null where the system does not tell. On the software adapter buffers lie there. */
  readonly gpuProcess: number | null;
}

interface Counts {
  buffers: number;
  bytes: number;
}

/** Counts what a worker makes and destroys, from now on: to be called before anything is made there. */
async function countBuffers(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    if (typeof GPUDevice === 'undefined') return;
    const live = { buffers: 0, bytes: 0 };
    Object.assign(globalThis, { liveBuffers: live });
    const alive = new WeakSet<GPUBuffer>();
    const make = GPUDevice.prototype.createBuffer;
    GPUDevice.prototype.createBuffer = function (descriptor) {
      const buffer = make.call(this, descriptor);
      alive.add(buffer);
      live.buffers++;
      live.bytes += buffer.size;
      return buffer;
    };
    const destroy = GPUBuffer.prototype.destroy;
    GPUBuffer.prototype.destroy = function () {
      if (alive.delete(this)) {
        live.buffers--;
        live.bytes -= this.size;
      }
      return destroy.call(this);
    };
  });
}

/**
 * To be made before the page is opened. `byProcess`: where threads sleep in `Atomics.wait` the browser's own measurement waits for them without an
 * end; then `heap` is the resident memory of the page's process, workers and WebAssembly included.
 */
export function memorySampler(
  page: Page,
  { byProcess = false } = {},
): { sample(): Promise<MemorySample>; samples: MemorySample[] } {
  const begin = performance.now();
  const samples: MemorySample[] = [];
  // Decode workers come and go; they use no GPU.
  page.on('worker', worker => void countBuffers(worker).catch(() => {}));
  const liveBuffers = async (): Promise<Counts> => {
    const total: Counts = { buffers: 0, bytes: 0 };
    // Threads of the CPU engine sleep and answer nobody; they have no GPU.
    for (const worker of page.workers().filter(one => !one.url().includes('thread.worker'))) {
      const counts = await worker
        .evaluate(() => (globalThis as unknown as { liveBuffers?: Counts }).liveBuffers ?? { buffers: 0, bytes: 0 })
        .catch(() => ({ buffers: 0, bytes: 0 }));
      total.buffers += counts.buffers;
      total.bytes += counts.bytes;
    }
    return total;
  };
  let session: CDPSession | undefined;
  return {
    samples,
    async sample() {
      session ??= await page.context().browser()?.newBrowserCDPSession();
      const processes = await processBytes(session);
      const heapOfPage = () =>
        page.evaluate(async () => {
          const { measureUserAgentSpecificMemory: measure } = performance as unknown as {
            measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
          };
          return (await measure.call(performance)).bytes;
        });
      const heap = byProcess ? (processes.renderer ?? 0) : await heapOfPage();
      const { buffers, bytes } = await liveBuffers();
      const seconds = Math.round((performance.now() - begin) / 100) / 10;
      const sample = {
        seconds,
        heap,
        gpuBuffers: buffers,
        gpuBytes: bytes,
        gpuProcess: processes.GPU,
      };
      samples.push(sample);
      return sample;
    },
  };
}

interface Processes {
  readonly GPU: number | null;
  readonly renderer: number | null;
}

/** Resident bytes of the largest process of each type; null where there is none. */
async function processBytes(session: CDPSession | undefined): Promise<Processes> {
  const none = { GPU: null, renderer: null };
  if (!session) return none;
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
    processInfo: { type: string; id: number }[];
  };
  const largest = (wanted: keyof Processes) => {
    const bytes = processInfo
      .filter(({ type }) => type === wanted)
      .map(({ id }) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) * 1024);
    return bytes.length > 0 ? Math.max(...bytes) : null;
  };
  try {
    return { GPU: largest('GPU'), renderer: largest('renderer') };
  } catch {
    // Only Linux has this file.
    return none;
  }
}

/** `facts`: whatever else the check found out. */
export async function writeResult(name: string, facts: Record<string, unknown>): Promise<void> {
  const folder = join('docs', 'results', 'soak');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify({ name, ...facts }, null, 1)}\n`);
}
