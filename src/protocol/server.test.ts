import * as v from 'valibot';
import { expect, test } from 'vitest';
import { connect } from '../testing/connect.ts';
import { type Commands, type Contract, command, type Handlers } from './contract.ts';
import { AppError } from './errors.ts';
import { nothing } from './schemas.ts';

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

const connectTo = (served: typeof handlers = handlers) => connect(contract, () => served);

test('a command is answered with its handler’s value, or with its error, once', async () => {
  const { client, said } = connectTo();
  expect(await client.sums.double({ of: 4 })).toBe(8);
  expect(await client.sums.forget()).toBeUndefined();
  await expect(client.sums.double({ of: 13 })).rejects.toMatchObject({
    code: 'bad-settings',
    remedy: 'take another number',
  });
  expect(said).toHaveLength(3);
});

test('buffers come back without a copy', async () => {
  const { client } = connectTo();
  expect(await client.sums.ones({ count: 3 })).toEqual(Uint8Array.of(1, 1, 1));
  expect(made.at(-1)?.buffer.byteLength).toBe(0);
});

test('arguments are parsed where they arrive, and an unknown command is answered too', async () => {
  const { client, hear, said } = connectTo();
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
  const { client } = connectTo({ sums: { ...handlers.sums, double: () => (() => 1) as never } });
  await expect(client.sums.double({ of: 1 })).rejects.toMatchObject({ code: 'internal' });
});

test('events, messages that are no command, and rejections that nobody handles reach the page', async () => {
  const { client, send, hear, listeners, failures, events } = connectTo();
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
