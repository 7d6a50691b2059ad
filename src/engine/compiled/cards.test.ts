import { expect, test } from 'vitest';
import { answersOf, cardKey, TUNING_VERSION, type Tuning, withAnswers } from './cards.ts';
import type { Answers } from './tuning.ts';

const answers = (lanes: number): Answers => ({
  q: { tried: [{ tile: { lanes, strips: 1 }, milliseconds: 1 }], complete: true },
});

test('two cards of one name are told apart by their peak, and a card whose clock changes is still itself', () => {
  let tuning: Tuning | undefined;
  tuning = withAnswers(tuning, 1000, answers(1));
  tuning = withAnswers(tuning, 2500, answers(2));
  expect(answersOf(tuning, 1200)).toEqual(answers(1));
  expect(answersOf(tuning, 2100)).toEqual(answers(2));
  // As near to neither as a card comes to itself.
  expect(answersOf(tuning, 1600)).toEqual({});
  expect(answersOf(tuning, 9000)).toEqual({});
  tuning = withAnswers(tuning, 1300, answers(3));
  expect(tuning.cards).toHaveLength(2);
  expect(answersOf(tuning, 1000)).toEqual(answers(3));
  expect(answersOf(tuning, 2500)).toEqual(answers(2));
  // It does not wander off with each run that is a little faster.
  for (const gflops of [1300, 1300, 1300]) tuning = withAnswers(tuning, gflops, answers(4));
  expect(tuning.cards.map(card => card.gflops).sort()).toEqual([1000, 2500]);
});

test('no more cards are kept than somebody may have', () => {
  let tuning: Tuning | undefined;
  for (const [i, gflops] of [10, 100, 1000, 1e4, 1e5, 1e6].entries()) tuning = withAnswers(tuning, gflops, answers(i));
  expect(tuning?.cards.map(card => card.gflops)).toEqual([1000, 1e4, 1e5, 1e6]);
});

test('what another version of the kernels measured counts for nothing, and goes', () => {
  const old = { version: TUNING_VERSION - 1, cards: [{ gflops: 1000, answers: answers(1) }] };
  expect(answersOf(old, 1000)).toEqual({});
  expect(withAnswers(old, 50, answers(2)).cards).toHaveLength(1);
  expect(answersOf(undefined, 1000)).toEqual({});
});

test('a card’s name says its features and limits too', () => {
  const like = (over: object) =>
    cardKey({
      adapterInfo: { vendor: 'v', architecture: 'a', device: '', description: '' } as GPUAdapterInfo,
      features: new Set(['subgroups', 'shader-f16']) as GPUSupportedFeatures,
      limits: { maxBufferSize: 4, maxStorageBufferBindingSize: 2 } as GPUSupportedLimits,
      ...over,
    });
  expect(like({ features: new Set(['shader-f16', 'subgroups']) })).toBe(like({}));
  expect(like({ limits: { maxBufferSize: 8, maxStorageBufferBindingSize: 2 } })).not.toBe(like({}));
  expect(like({ features: new Set(['subgroups']) })).not.toBe(like({}));
});
