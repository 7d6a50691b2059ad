/** A review on every kind of storage: given back whole or not at all. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Review } from '../protocol/review.ts';
import { storeKinds, type TestStore } from '../testing/stores.ts';
import { findReview, keepReview, REVIEWS } from './kept-review.ts';

let made: TestStore | undefined;
afterEach(() => made?.close());

const review: Review = { dataset: 'abc', queue: [{ id: 'A', dice: 0.1 }], outcomes: { A: 'accepted' } };

describe.each(storeKinds)('in $place', ({ make }) => {
  const open = () => {
    made = make();
    return made.open();
  };

  test('each data set has its own, the last one kept', async () => {
    const store = open();
    expect(await findReview('abc', store)).toBeNull();
    await keepReview({ ...review, outcomes: {} }, store);
    await keepReview(review, store);
    await keepReview({ ...review, dataset: 'other', outcomes: { A: 'left out' } }, store);
    expect(await findReview('abc', store)).toEqual(review);
    expect((await findReview('other', store))?.outcomes).toEqual({ A: 'left out' });
  });

  test('what was cut short, or is of another version, is as if it were not there', async () => {
    const store = open();
    const write = (text: string) => store.root.folder(REVIEWS).write('abc.json', new TextEncoder().encode(text));
    await write(JSON.stringify({ version: 1, review }).slice(0, 40));
    expect(await findReview('abc', store)).toBeNull();
    await write(JSON.stringify({ version: 2, review }));
    expect(await findReview('abc', store)).toBeNull();
    await write(JSON.stringify({ version: 1, review }));
    expect(await findReview('abc', store)).toEqual(review);
  });
});
