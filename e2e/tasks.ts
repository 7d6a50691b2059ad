/** Tasks of a page's own thread, from a trace of the browser. */
import { type Browser, expect, type Page } from '@playwright/test';

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** What `longestTasks` reads. A trace of a minute is some hundred megabytes: look at less. */
export const traced = { categories: ['toplevel', '__metadata'] };

/** Of renderers' main threads, the longest first, in ms of the thread's own time: a busy machine does not lengthen them. */
export function longestTasks(trace: Buffer): number[] {
  const { traceEvents: events } = JSON.parse(trace.toString('utf8')) as { traceEvents: readonly TraceEvent[] };
  const mains = new Set(
    events.flatMap(({ name, args, pid, tid }) =>
      name === 'thread_name' && args?.name === 'CrRendererMain' ? [`${pid} ${tid}`] : [],
    ),
  );
  return (
    events
      .filter(({ name, pid, tid }) => name.endsWith('RunTask') && mains.has(`${pid} ${tid}`))
      // Some events come without the thread's own time.
      .map(({ tdur, dur = 0 }) => (tdur ?? dur) / 1000)
      .sort((a, b) => b - a)
  );
}

/** A task that is too long, and must be seen. */
export async function control(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<number>(done =>
        setTimeout(() => {
          let sum = 0;
          for (let i = 0; i < 1.5e8 && sum >= 0; i++) sum = (sum + i) % 1000;
          done(sum);
        }),
      ),
  );
  // A task is written down at its end, which comes after the page's answer.
  await page.waitForTimeout(300);
}

/** Of one trace: a longer one is full before its end. */
const WINDOW_MS = 4000;

/** Milliseconds of the longest task while `act` goes on, which is looked at in windows; what falls between two of them is not. */
export async function longestWhile(browser: Browser, page: Page, act: () => Promise<unknown>): Promise<number> {
  let over = false;
  let longest = 0;
  const acting = act().finally(() => {
    over = true;
  });
  for (;;) {
    await browser.startTracing(page, traced);
    await Promise.race([acting, new Promise(resolve => setTimeout(resolve, WINDOW_MS))]);
    const isLast = over;
    if (isLast) {
      await page.waitForTimeout(300);
      await control(page);
    }
    const tasks = longestTasks(await browser.stopTracing());
    if (!isLast) {
      longest = Math.max(longest, tasks[0] ?? 0);
      continue;
    }
    const [seen = 0, second = 0] = tasks;
    expect(seen, 'ms of the control').toBeGreaterThan(200);
    return Math.max(longest, second);
  }
}
