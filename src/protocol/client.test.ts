import * as v from 'valibot';
import { expect, test } from 'vitest';
import { createClient, type WorkerLike } from './client.ts';
import { type Commands, type Contract, command } from './contract.ts';
import type { ErrorData } from './errors.ts';
import { nothing } from './schemas.ts';

const sums = {
  double: command({ args: v.object({ of: v.number() }), reply: v.number() }),
  forget: command({ args: nothing, reply: nothing }),
  fill: command({ args: v.instance(ArrayBuffer), reply: nothing, handsOver: buffer => [buffer] }),
} satisfies Commands;
const contract = { columns: { sums }, event: v.string() } satisfies Contract;

interface Sent {
  readonly number: number;
  readonly column: string;
  readonly name: string;
  readonly args: unknown;
}

/** A worker in the test's hands. */
function setUp() {
  const workers: (WorkerLike & { sent: Sent[]; handedOver: Transferable[]; ended: boolean })[] = [];
  const events: string[] = [];
  const failures: ErrorData[] = [];
  /** What is waited for, by lock. */
  const granted = new Map<string, () => void>();
  const locks = { request: async (name: string, then: () => void) => void granted.set(name, then) };
  const client = createClient(
    () => {
      const worker = {
        sent: [] as Sent[],
        handedOver: [] as Transferable[],
        ended: false,
        onmessage: null,
        onerror: null,
        postMessage(message: unknown, buffers: Transferable[]) {
          this.sent.push(message as Sent);
          this.handedOver.push(...buffers);
        },
        terminate() {
          this.ended = true;
        },
      };
      workers.push(worker);
      return worker;
    },
    contract,
    {
      onEvent: event => events.push(event),
      onFailure: error => failures.push(error),
      locks: locks as unknown as LockManager,
    },
  );
  const say = (data: unknown, worker = workers.at(-1)) => worker?.onmessage?.({ data } as MessageEvent);
  return { client, workers, events, failures, say, granted };
}

test('replies find their commands, whatever their order', async () => {
  const { client, workers, say } = setUp();
  const [first, second] = [client.sums.double({ of: 1 }), client.sums.double({ of: 2 })];
  expect(workers).toHaveLength(1);
  expect(workers[0]?.sent).toMatchObject([
    { column: 'sums', name: 'double', args: { of: 1 } },
    { column: 'sums', name: 'double', args: { of: 2 } },
  ]);
  const [one, two] = workers[0]?.sent ?? [];
  say({ kind: 'reply', to: two?.number, ok: true, value: 4 });
  say({ kind: 'reply', to: one?.number, ok: true, value: 2 });
  expect(await Promise.all([first, second])).toEqual([2, 4]);
});

test('a command without arguments, and a reply without a value', async () => {
  const { client, workers, say } = setUp();
  const asked = client.sums.forget();
  say({ kind: 'reply', to: workers[0]?.sent[0]?.number, ok: true, value: undefined });
  expect(await asked).toBeUndefined();
});

test('buffers that a command hands over are given with it', () => {
  const { client, workers } = setUp();
  const buffer = new ArrayBuffer(8);
  void client.sums.fill(buffer);
  expect(workers[0]?.handedOver).toEqual([buffer]);
});

test('an error in a reply is thrown as it was', async () => {
  const { client, workers, say } = setUp();
  const asked = client.sums.double({ of: 1 });
  say({
    kind: 'reply',
    to: workers[0]?.sent[0]?.number,
    ok: false,
    error: { code: 'no-model', happened: 'a', remedy: 'b' },
  });
  await expect(asked).rejects.toMatchObject({ code: 'no-model', happened: 'a', remedy: 'b' });
});

test('a reply of another shape is refused', async () => {
  const { client, workers, say } = setUp();
  const asked = client.sums.double({ of: 1 });
  say({ kind: 'reply', to: workers[0]?.sent[0]?.number, ok: true, value: 'text' });
  await expect(asked).rejects.toThrow(/Expected number/);
});

test('events are handed on, what is no event is told', async () => {
  const { client, events, failures, say } = setUp();
  void client.sums.double({ of: 1 });
  say({ kind: 'event', event: 'news' });
  expect(events).toEqual(['news']);
  say({ kind: 'event', event: 7 });
  say('nonsense');
  say({ kind: 'stray', error: { code: 'internal', happened: 'stray', remedy: 'none' } });
  expect(failures.map(({ happened }) => happened)).toEqual([
    expect.stringContaining('an event was not understood'),
    expect.stringContaining('a message was not understood'),
    'stray',
  ]);
});

test('the death of a worker fails what waits, and the next command starts another', async () => {
  const { client, workers, failures, say } = setUp();
  const asked = client.sums.double({ of: 1 });
  workers[0]?.onerror?.({ message: 'gone' } as ErrorEvent);
  await expect(asked).rejects.toThrow(/A background worker ended \(gone\)/);
  expect(failures).toHaveLength(1);
  expect(workers[0]?.ended).toBe(true);
  const again = client.sums.double({ of: 2 });
  expect(workers).toHaveLength(2);
  say({ kind: 'reply', to: workers[1]?.sent[0]?.number, ok: true, value: 5 });
  expect(await again).toBe(5);
});

test('a worker whose lock comes free has ended: what was asked fails, and the next command starts another', async () => {
  const { client, workers, failures, say, granted } = setUp();
  const asked = client.sums.double({ of: 1 });
  say({ kind: 'alive', lock: 'first' });
  granted.get('first')?.();
  await expect(asked).rejects.toMatchObject({ code: 'worker-ended' });
  expect(failures.map(({ code }) => code)).toEqual(['worker-ended']);
  const again = client.sums.double({ of: 2 });
  expect(workers).toHaveLength(2);
  say({ kind: 'reply', to: workers[1]?.sent[0]?.number, ok: true, value: 2 });
  expect(await again).toBe(2);
});

test('a worker ended by its own client is no failure, and what it still says is not heard', async () => {
  const { client, workers, events, failures, say, granted } = setUp();
  const asked = client.sums.double({ of: 1 });
  say({ kind: 'alive', lock: 'first' });
  client.restart();
  await expect(asked).rejects.toMatchObject({ code: 'worker-ended' });
  granted.get('first')?.();
  say({ kind: 'event', event: 'late' }, workers[0]);
  expect([failures, events]).toEqual([[], []]);
  expect(workers[0]?.ended).toBe(true);
});
