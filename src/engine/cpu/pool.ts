/**
 * Who carries out programs: a pool of threads on shared memory, or where there is none this very thread, which then lets others speak now
 * and then.
 */
import type { WorkerLike } from '../../protocol/client.ts';
import { pageWorker } from '../../protocol/page-workers.ts';
import { type ComputeChunk, instantiate, type KernelModule } from './module.ts';
import { CALL_WORDS, type Layout, type Program } from './programs.ts';
import { begin, controlWords } from './team.ts';

export interface Executor {
  readonly threads: number;
  /** Resolves when all its calls are done. One program at a time. Rejects where a thread is gone. */
  execute(program: Program): Promise<void>;
  dispose(): void;
}

/** What a thread is sent, once. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
  readonly list: Int32Array;
  /** Address of its own bytes. */
  readonly scratch: number;
  /** It holds this Web Lock for as long as it lives; none where the browser has no locks. */
  readonly lock: string | undefined;
}

/** This long at most between two looks at other messages. */
const TURN_MS = 30;

/** All in this thread. */
export function inlineExecutor(module: KernelModule, memory: WebAssembly.Memory, layout: Layout): Executor {
  const computeChunk: ComputeChunk = instantiate(module.module, memory);
  const { list, scratch } = layout;
  let disposed = false;
  return {
    threads: 1,
    async execute({ begin: first, end }) {
      let turn = performance.now();
      for (let call = first; call < end; call++) {
        const at = call * CALL_WORDS;
        const chunks = list[at + 2] ?? 0;
        for (let chunk = 0; chunk < chunks; chunk++) {
          computeChunk(list[at] ?? -1, list[at + 1] ?? 0, chunk, scratch);
          if (performance.now() - turn < TURN_MS) continue;
          await nextTurn();
          if (disposed) throw new Error('the engine is disposed');
          turn = performance.now();
        }
      }
    },
    dispose: () => {
      disposed = true;
    },
  };
}

/** After whatever messages are waiting; a timer would wait 4 ms. */
function nextTurn(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** A worker that was given a port (protocol/page-workers.ts); tests start threads of another kind. */
export type Thread = WorkerLike;

export function startThread(name: string): Thread {
  return pageWorker('thread', name);
}

/** undefined where there are none, or where the browser refuses them, as it does where it lets the page store nothing. */
async function usableLocks(): Promise<LockManager | undefined> {
  try {
    await navigator.locks.query();
    return navigator.locks;
  } catch {
    return undefined;
  }
}

/** Rejects where a thread cannot be started. */
export async function threadPool(
  { module }: KernelModule,
  memory: WebAssembly.Memory,
  layout: Layout,
  threads: number,
  start: (name: string) => Thread = startThread,
): Promise<Executor> {
  const control = new Int32Array(new SharedArrayBuffer(4 * controlWords(layout.calls.length)));
  const list = new Int32Array(new SharedArrayBuffer(layout.list.byteLength));
  list.set(layout.list);
  const locks = await usableLocks();
  const pool = crypto.randomUUID();
  let waiting: { generation: number; resolve: () => void; reject: (error: Error) => void } | undefined;
  let broken: Error | undefined;
  let disposed = false;
  const breakWith = (message: string) => {
    if (disposed) return;
    broken ??= new ThreadLostError(message);
    waiting?.reject(broken);
  };
  const workers = Array.from({ length: threads }, (_, i) => start(`CPU thread ${i + 1}`));
  const dispose = () => {
    disposed = true;
    waiting?.reject(new Error('the engine is disposed'));
    for (const worker of workers) worker.terminate();
  };
  try {
    await Promise.all(
      workers.map(async (worker, i) => {
        const lock = locks && `cpu thread ${pool} ${i}`;
        const scratch = layout.scratch + i * layout.scratchBytes;
        await new Promise<void>((resolve, reject) => {
          worker.onmessage = () => resolve();
          worker.onerror = event => reject(new Error(event.message || 'a CPU thread could not be started'));
          worker.postMessage({ module, memory, control, list, scratch, lock } satisfies ThreadStart, []);
        });
        worker.onmessage = ({ data }: MessageEvent<number>) => {
          if (waiting?.generation === data >>> 0) waiting.resolve();
        };
        worker.onerror = event => breakWith(event.message || `CPU thread ${i + 1} failed`);
        if (lock) void locks.request(lock, () => breakWith(`CPU thread ${i + 1} has ended`));
      }),
    );
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    threads,
    execute(program) {
      if (broken) return Promise.reject(broken);
      if (program.begin === program.end) return Promise.resolve();
      return new Promise<void>((resolve, reject) => {
        const settle = (end: () => void) => {
          waiting = undefined;
          end();
        };
        // Set before the threads begin: the last of them may speak at once.
        waiting = {
          generation: -1,
          resolve: () => settle(resolve),
          reject: error => settle(() => reject(error)),
        };
        waiting = { ...waiting, generation: begin(control, program) };
      });
    },
    dispose,
  };
}

/** A thread of the pool ended or threw: the memory may hold half a step. */
export class ThreadLostError extends Error {
  override readonly name = 'ThreadLostError';
}
