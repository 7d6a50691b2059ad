import { expect, test } from 'vitest';
import type { Preparation } from '../protocol/preparation.ts';
import { withoutPairs } from './left-out.ts';
import { type KeptPair, type ReadFacts, summarise } from './summarise.ts';

const preparation: Preparation = { size: 2, framing: 'squeeze', constancy: false };
const facts: ReadFacts = {
  ...{ problems: [], skipped: 0, source: 'a.zip', maskReading: undefined, tables: [] },
};

function keptPair(id: string, content = id): KeptPair {
  const file = (path: string) => ({ path, origin: 'a.zip', size: 1, read: async () => new ArrayBuffer() });
  return {
    ...{ id, imageHash: `${content} image`, maskHash: `${content} mask`, width: 10, height: 20, ownMaskBytes: 3 },
    ...{ notice: '', lesionShare: 0.25, meanGrey: 100, files: [file(`${id}.jpg`), file(`${id}.png`)] },
  };
}

async function readPairs(kept: readonly KeptPair[]) {
  return { kept, preparation, facts, summary: await summarise(kept, preparation, facts) };
}

const ids = Array.from({ length: 13 }, (_, i) => `P${String(i).padStart(2, '0')}`);

test('what is left is the data set that would have been read without these files', async () => {
  // The second and the fifth are copies of one image.
  const kept = ids.map(id => keptPair(id, id === 'P04' ? 'P01' : id));
  const read = await readPairs(kept);
  const { summary, records } = await withoutPairs(read, ['P04', 'P00', 'no such pair']);
  const never = await readPairs(kept.filter(({ id }) => id !== 'P00' && id !== 'P04'));
  expect(summary).toEqual({ ...never.summary, leftOut: ['P00', 'P04'] });
  expect(summary.hash).not.toBe(read.summary.hash);
  expect(records.map(place => ids[place])).toEqual(summary.ids);
});

test('with all taken back it is the data set that was read', async () => {
  const read = await readPairs(ids.map(id => keptPair(id)));
  expect((await withoutPairs(read, [])).summary).toBe(read.summary);
});

test('too few are not left', async () => {
  const read = await readPairs(ids.map(id => keptPair(id)));
  await expect(withoutPairs(read, ids.slice(0, 4))).rejects.toMatchObject({
    code: 'too-few-pairs',
    happened: 'Only 9 pairs would be left',
  });
});
