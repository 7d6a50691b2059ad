import type { Context } from '../context.ts';
import type { RunView } from './run-view.ts';

/** Longer than it takes a run to be taken up again after a failure. */
const GIVEN_UP_MS = 15_000;

/** The run once it is over, whatever became of it in between: done, or failed and not taken up again. */
export function runEnd({ get, subscribe }: Pick<Context, 'get' | 'subscribe'>, id: string): Promise<RunView> {
  return new Promise(resolve => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      const { run } = get();
      if (run?.id !== id) return;
      const finish = () => {
        stop();
        clearTimeout(timer);
        resolve(run);
      };
      if (run.state === 'done') return finish();
      clearTimeout(timer);
      if (run.state === 'failed') timer = setTimeout(finish, GIVEN_UP_MS);
    };
    const stop = subscribe(look);
    look();
  });
}
