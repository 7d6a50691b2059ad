import { expect, test, vi } from 'vitest';
import { type CoverOptions, cover as coverWith } from './policy-gate.ts';

const withPolicy = async () => new Response(null, { headers: { 'Content-Security-Policy': "default-src 'none'" } });
const without = async () => new Response(null);
const offline = async () => Promise.reject(new TypeError('no network'));

const cover = (options: Omit<CoverOptions, 'script' | 'reload'>, reload = () => {}) =>
  coverWith({ ...options, script: 'sw.js', reload });

/** A container whose events the test decides. */
function fake({ controller = null as object | null, register = async () => ({}) as unknown } = {}) {
  const target = new EventTarget();
  return Object.assign(target, { controller, register: vi.fn(register) }) as unknown as ServiceWorkerContainer & {
    register: ReturnType<typeof vi.fn>;
  };
}
const worker = (state = 'installing') => Object.assign(new EventTarget(), { state, postMessage: vi.fn() });

test('a host that sends the policy lets the workers start at once, and the service worker is registered all the same', async () => {
  const container = fake({ register: () => new Promise(() => {}) });
  expect(await cover({ container, ownResponse: withPolicy })).toBeNull();
  expect(container.register).toHaveBeenCalledWith('sw.js');
});

test('on another host they wait until the service worker controls the page', async () => {
  const installing = worker();
  const container = fake({ register: async () => ({ installing }) });
  let done = false;
  const covered = cover({ container, ownResponse: without }).then(told => {
    done = true;
    return told;
  });
  await new Promise(resolve => setTimeout(resolve, 20));
  expect(done).toBe(false);
  container.dispatchEvent(new Event('controllerchange'));
  expect(await covered).toBeNull();
});

test('a page that was loaded past its service worker asks to be taken over', async () => {
  const active = worker('activated');
  const container = fake({ register: async () => ({ active }) });
  const covered = cover({ container, ownResponse: without });
  await vi.waitFor(() => expect(active.postMessage).toHaveBeenCalledWith('claim'));
  container.dispatchEvent(new Event('controllerchange'));
  expect(await covered).toBeNull();
});

test('a page that is controlled asks nobody', async () => {
  expect(await cover({ container: fake({ controller: {} }), ownResponse: offline })).toBeNull();
});

test('a waiting newer version takes over and loads the page again, unless another page is open', async () => {
  for (const alone of [true, false]) {
    const reload = vi.fn();
    const waiting = {
      postMessage: vi.fn((_: string, [port]: MessagePort[]) =>
        alone ? container.dispatchEvent(new Event('controllerchange')) : port?.postMessage(false),
      ),
    };
    const container = fake({ controller: {}, register: async () => ({ waiting }) });
    expect(await cover({ container, ownResponse: withPolicy }, reload)).toBeNull();
    expect(waiting.postMessage).toHaveBeenCalledWith('take over', expect.anything());
    expect(reload).toHaveBeenCalledTimes(alone ? 1 : 0);
  }
});

test.each<[string, () => Promise<unknown>]>([
  ['refused', () => Promise.reject(new DOMException('no', 'SecurityError'))],
  ['answered with nothing', async () => undefined],
  ['never active', async () => ({ installing: worker() })],
])('where the service worker is %s, the user is told', async (_, register) => {
  const container = fake({ register });
  expect(await cover({ container, ownResponse: without, withinMs: 20 })).toContain('no security policy');
});

test('a service worker that fails while it is installed is not waited for', async () => {
  const installing = worker();
  const container = fake({ register: async () => ({ installing }) });
  const covered = cover({ container, ownResponse: without });
  await new Promise(resolve => setTimeout(resolve, 5));
  installing.state = 'redundant';
  installing.dispatchEvent(new Event('statechange'));
  expect(await covered).toContain('no security policy');
});

test('a browser without service workers is told of too', async () => {
  expect(await cover({ container: undefined, ownResponse: without })).toContain('no security policy');
  expect(await cover({ container: undefined, ownResponse: withPolicy })).toBeNull();
});
