/** Room in a full storage: what could go is told, and goes only when it was chosen. */
import * as v from 'valibot';
import type { StoreApi } from 'zustand/vanilla';
import type { Client } from '../../protocol/client.ts';
import type { TrainingCommand } from '../../protocol/run.ts';
import { type RoomKind, roomReport } from '../../protocol/storage-cleanup.ts';
import type { Studio } from '../studio.ts';

export interface RoomContext {
  readonly get: StoreApi<Studio>['getState'];
  readonly set: StoreApi<Studio>['setState'];
  readonly training: Client<TrainingCommand>;
  readonly attempt: <T>(action: () => Promise<T>, otherwise: T) => Promise<T>;
  /** The list of runs is another one now. */
  readonly listRuns: () => Promise<void>;
}

export function createRoomActions({ get, set, training, attempt, listRuns }: RoomContext) {
  return {
    askRoom: () => attempt(() => training.ask({ type: 'room' }, roomReport), null),
    makeRoom: (kinds: readonly RoomKind[], problem: number) =>
      attempt(async () => {
        await training.ask({ type: 'makeRoom', kinds: [...kinds] }, v.unknown());
        const retry = get().problems.find(({ id }) => id === problem)?.retry;
        get().dismiss(problem);
        set({ message: 'What you chose was dropped from the browser’s storage' });
        await listRuns();
        retry?.();
      }, undefined),
  };
}
