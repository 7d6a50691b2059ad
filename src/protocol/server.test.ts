import * as v from 'valibot';
import { expect, test } from 'vitest';
import { createClient, type WorkerLike } from './client.ts';
import { type Commands, type Contract, command, type Handlers } from './contract.ts';
import { AppError, type ErrorData } from './errors.ts';
import { nothing } from './schemas.ts';
import { serve, type WorkerScope } from './server.ts';

const sums = {
  double: command({ args: v.object({ of: v.number() }), reply: v.number() }),
  ones: command({
    args: v.object({ count: v.number(), kept: v.optional(v.boolean(), false) }),
    reply: v.instance(Uint8Array<ArrayBuffer>),
    handsBack: bytes => [bytes.buffer],
  }),
  forget: command({ args: nothing, reply: nothing }),
} satisfies Commands;
const contract = { columns: { sums }, event: v.string() } satisfies Contract;

const made: Uint8Array<ArrayBuffer>[] = [];
const handlers: Handlers<typeof contract.columns> = {
  sums: {
    double: ({ of }) => {
      if (of === 13) throw new AppError('bad-settings', 'Thirteen is not doubled', 'take another number');
      return 2 * of;
    },
    async ones({ count }) {
      const bytes = new Uint8Array(count).fill(1);
      made.push(bytes);
      return bytes;
    },
    forget: () => {},
  },
};

/** Both ends in one thread; messages are cloned and buffers handed over as between two. */
function connect(served: typeof handlers = handlers) {
  const said: unknown[] = [];
  const listeners = new Map<string, (event: never) => void>();
  const failures: ErrorData[] = [];
  const events: string[] = [];
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    terminate() {},
    postMessage: (message, transfer) => hear(structuredClone(message, { transfer })),
  };
  const hear = (data: unknown) => listeners.get('message')?.({ data } as never);
  const scope: WorkerScope = {
    addEventListener: (type, listener) => void listeners.set(type, listener),
    postMessage: (message, transfer) => {
      const data = structuredClone(message, { transfer });
      said.push(data);
      worker.onmessage?.({ data } as MessageEvent);
    },
  };
  const send = serve(scope, contract, served);
  const client = createClient(() => worker, contract, {
    onEvent: event => events.push(event),
    onFailure: error => failures.push(error),
  });
  return { client, send, hear, said, listeners, failures, events };
}

test('a command is answered with its handler’s value, or with its error, once', async () => {
  const { client, said } = connect();
  expect(await client.sums.double({ of: 4 })).toBe(8);
  expect(await client.sums.forget()).toBeUndefined();
  await expect(client.sums.double({ of: 13 })).rejects.toMatchObject({
    code: 'bad-settings',
    remedy: 'take another number',
  });
  expect(said).toHaveLength(3);
});

test('buffers come back without a copy', async () => {
  const { client } = connect();
  expect(await client.sums.ones({ count: 3 })).toEqual(Uint8Array.of(1, 1, 1));
  expect(made.at(-1)?.buffer.byteLength).toBe(0);
});

test('arguments are parsed where they arrive, and an unknown command is answered too', async () => {
  const { client, hear, said } = connect();
  await expect(client.sums.double({ of: 'two' as never })).rejects.toThrow(/was not understood.*Expected number/);
  for (const [column, name] of [
    ['sums', 'triple'],
    ['sums', 'toString'],
    ['constructor', 'double'],
  ])
    await hear({ kind: 'command', number: 7, column, name });
  await new Promise(resolve => setTimeout(resolve));
  expect(said.slice(1)).toMatchObject(Array(3).fill({ kind: 'reply', to: 7, ok: false }));
});

test('a reply that cannot be sent is answered as an error', async () => {
  const { client } = connect({ sums: { ...handlers.sums, double: () => (() => 1) as never } });
  await expect(client.sums.double({ of: 1 })).rejects.toMatchObject({ code: 'internal' });
});

test('events, messages that are no command, and rejections that nobody handles reach the page', async () => {
  const { client, send, hear, listeners, failures, events } = connect();
  await client.sums.forget();
  send('news');
  hear('nonsense');
  listeners.get('unhandledrejection')?.({ reason: new AppError('internal', 'It broke', 'none') } as never);
  expect(events).toEqual(['news']);
  expect(failures.map(({ happened }) => happened)).toEqual([
    expect.stringContaining('a message that is no command arrived'),
    'It broke',
  ]);
});
