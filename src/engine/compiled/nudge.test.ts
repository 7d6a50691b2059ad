import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { needsNudges, nudged } from './nudge.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A browser that looks for answers every 100 ms, and at each submit. */
function browser() {
  let submits = 0;
  let look: () => void = () => {};
  const submit = () => {
    submits++;
    look();
    return undefined;
  };
  const answerAfter = (milliseconds: number) => {
    const begin = Date.now();
    return new Promise<number>(resolve => {
      look = () => {
        if (Date.now() - begin >= milliseconds) resolve(Date.now() - begin);
      };
      const timer = setInterval(() => look(), 100);
      setTimeout(() => clearInterval(timer), 1000);
    });
  };
  return { queue: { submit }, answerAfter, submits: () => submits };
}

test.each([true, false])(
  'an answer that is asked for (%s) comes within milliseconds, else by the browser’s own time',
  async needed => {
    const { queue, answerAfter, submits } = browser();
    const waited = nudged(queue, answerAfter(10), needed);
    await vi.advanceTimersByTimeAsync(300);
    expect(await waited).toBe(needed ? 12 : 100);
    // And nothing is submitted after it.
    expect(submits()).toBe(needed ? 3 : 0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(submits()).toBe(needed ? 3 : 0);
  },
);

test('an answer that never comes is an error, and leaves no timer', async () => {
  const lost = nudged({ submit: () => undefined }, Promise.reject(new Error('lost')), true);
  await expect(lost).rejects.toThrow('lost');
  expect(vi.getTimerCount()).toBe(0);
});

test('only Firefox is asked', () => {
  expect(needsNudges('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0')).toBe(true);
  expect(
    needsNudges(
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    ),
  ).toBe(false);
  expect(needsNudges('')).toBe(false);
});
