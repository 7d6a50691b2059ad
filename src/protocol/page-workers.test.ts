import { afterEach, expect, test, vi } from 'vitest';
import { answerWorkerRequests, isWorkerFailed, pageWorker, portGiven, withPort } from './page-workers.ts';

/** A worker whose messages the test sees; `said` is what it says to whoever made it. */
function fakeWorker() {
  const target = new EventTarget();
  const worker = Object.assign(target, {
    sent: [] as unknown[],
    ended: false,
    onerror: null as ((event: ErrorEvent) => void) | null,
    postMessage(message: unknown) {
      worker.sent.push(message);
    },
    terminate() {
      worker.ended = true;
    },
    say: (data: unknown) => target.dispatchEvent(new MessageEvent('message', { data })),
  });
  return worker;
}
const asWorker = (worker: ReturnType<typeof fakeWorker>) => worker as unknown as Worker;

afterEach(() => vi.unstubAllGlobals());

/** The owner's own global scope, wired to the page's end of it. */
function setUp() {
  const owner = fakeWorker();
  const inside = new EventTarget();
  const started: { kind: string; name: string; worker: ReturnType<typeof fakeWorker> }[] = [];
  const start = (kind: string) => (name: string) => {
    const worker = fakeWorker();
    started.push({ kind, name, worker });
    return asWorker(worker);
  };
  answerWorkerRequests(asWorker(owner), { decode: start('decode'), thread: start('thread') });
  vi.stubGlobal('self', {
    addEventListener: inside.addEventListener.bind(inside),
    removeEventListener: inside.removeEventListener.bind(inside),
    postMessage: owner.say,
  });
  owner.postMessage = data => void inside.dispatchEvent(new MessageEvent('message', { data }));
  return { owner, started };
}

test('the page starts what a worker wants, and the two speak through a port', async () => {
  const { started } = setUp();
  const worker = pageWorker('thread', 'CPU thread 1');
  expect(started.map(({ kind, name }) => [kind, name])).toEqual([['thread', 'CPU thread 1']]);
  const { port } = (started[0]?.worker.sent[0] ?? {}) as { port: MessagePort };
  const heard = new Promise(resolve => {
    worker.onmessage = ({ data }) => resolve(data);
  });
  port.onmessage = ({ data }) => port.postMessage(`${data} back`);
  worker.postMessage('there', []);
  expect(await heard).toBe('there back');
  worker.terminate();
  expect(started[0]?.worker.ended).toBe(true);
  port.close();
});

test('its failure is told to the one that wanted it, and it ends with that one', () => {
  const { owner, started } = setUp();
  const [one, other] = [pageWorker('decode', 'a'), pageWorker('decode', 'b')];
  const [told, not] = [vi.fn(), vi.fn()];
  one.onerror = ({ message }) => told(message);
  other.onerror = not;
  const failing = started[0]?.worker;
  failing?.onerror?.(Object.assign(new Event('error'), { message: 'out of memory' }) as ErrorEvent);
  expect(told).toHaveBeenCalledWith('out of memory');
  expect(not).not.toHaveBeenCalled();
  asWorker(owner).terminate();
  expect(started.every(({ worker }) => worker.ended)).toBe(true);
  expect(owner.ended).toBe(true);
  one.terminate();
  other.terminate();
});

test('other messages of the worker pass by', () => {
  const { owner, started } = setUp();
  const listener = vi.fn();
  owner.addEventListener('message', listener);
  owner.say({ kind: 'reply', to: 1 });
  expect(listener).toHaveBeenCalledOnce();
  expect(started).toEqual([]);
  expect(isWorkerFailed({ kind: 'command' })).toBe(false);
});

test('a page that starts one for itself gives it a port as well', () => {
  const worker = fakeWorker();
  const connected = withPort(asWorker(worker));
  expect(worker.sent[0]).toEqual({ port: expect.any(MessagePort) });
  expect(portGiven.entries.port.type).toBe('instance');
  connected.terminate();
  expect(worker.ended).toBe(true);
});
