/** Tasks of a page's own thread, from a trace of the browser. */

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

/** A control: a task that is too long must be seen. */
export function busyTask(): Promise<number> {
  return new Promise(done =>
    setTimeout(() => {
      let sum = 0;
      for (let i = 0; i < 2e9 && sum >= 0; i++) sum = (sum + i) % 1000;
      done(sum);
    }),
  );
}
