/** All tables that the page keeps, each with the version of its own that `databaseTables` checks. */
import type { TableSet } from './tables.ts';

/** Byte files, where there is no private file system (table-folder.ts). Flushed: checkpoints are among them. */
export const FILES = {
  name: 'lesion-studio-files',
  version: 1,
  tables: ['files', 'pieces'],
  flushed: true,
} satisfies TableSet;

/** `runs`: the pointer to each unfinished run's checkpoints, by the run's id (generations.ts). */
export const CHECKPOINTS = { name: 'lesion-studio-runs', version: 1, tables: ['runs'] } satisfies TableSet;

/** `records`: of every run, by its id; `weights`: of its best epoch. */
export const RUN_BOOK = {
  name: 'lesion-studio-run-book',
  version: 1,
  tables: ['records', 'weights'],
} satisfies TableSet;

/** `tuning`: whatever the engine gave to be kept, by adapter. */
export const TUNING = { name: 'lesion-studio-tuning', version: 1, tables: ['tuning'] } satisfies TableSet;

/** `masks`: the pointer to each corrected pair's versions, by its key. Flushed: what a hand has drawn no program makes again. */
export const MASKS = { name: 'lesion-studio-masks', version: 1, tables: ['masks'], flushed: true } satisfies TableSet;

export const tableSets: readonly TableSet[] = [FILES, CHECKPOINTS, RUN_BOOK, TUNING, MASKS];
