import type { Plugin, Rolldown } from 'vite';

export const workerOutput: Rolldown.OutputOptions;
export const entriesAreNotImported: Plugin;
