/** Whether a worker of the page can count on starting workers of its own. */
import { openStore } from './store.ts';

/**
 * Not in private windows of Firefox: there `new Worker()` within a worker never returns in a third of all starts (153, seen on a quiet machine;
 * the script is not even asked for), and takes the worker with it. Such windows have no private file system, by which they are told.
 */
export async function nestedWorkersStart(): Promise<boolean> {
  return !/\bFirefox\//.test(navigator.userAgent) || (await openStore()).place !== 'database';
}
