/** The CPU engine's threads as threads of Node: the very script that a browser's workers run, built once and given a worker's globals. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker as NodeWorker } from 'node:worker_threads';
import { build } from 'vite';
import { cpuKernels } from '../../scripts/cpu-kernels.mjs';
import type { Thread } from '../engine/cpu/pool.ts';

const scriptOf = (file: string) => `
import { parentPort } from 'node:worker_threads';
await import(${JSON.stringify(`file://${file}`)});
parentPort.on('message', data => globalThis.onmessage({ data }));
`;

export interface NodeThreads {
  start(name: string): Thread;
  /** Of all that are running now. */
  readonly running: NodeWorker[];
  dispose(): void;
}

export async function nodeThreads(): Promise<NodeThreads> {
  const outDir = mkdtempSync(join(tmpdir(), 'cpu-threads-'));
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [cpuKernels()],
    build: {
      ...{ outDir, emptyOutDir: false, target: 'es2022', minify: false },
      lib: { entry: join(import.meta.dirname, '../engine/cpu/thread.worker.ts'), formats: ['es'], fileName: 'thread' },
    },
  });
  const running: NodeWorker[] = [];
  return {
    running,
    start(name) {
      const script = scriptOf(join(outDir, 'thread.js'));
      const worker = new NodeWorker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), { name });
      running.push(worker);
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ port: port2 }, [port2]);
      const thread: Thread = {
        onmessage: null,
        onerror: null,
        postMessage: message => port1.postMessage(message),
        terminate: () => void worker.terminate(),
      };
      port1.on('message', data => thread.onmessage?.({ data } as MessageEvent));
      // The worker keeps the test running, its port need not.
      port1.unref();
      worker.on('error', (error: Error) => thread.onerror?.({ message: error.message } as ErrorEvent));
      return thread;
    },
    dispose() {
      for (const worker of running) void worker.terminate();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}
