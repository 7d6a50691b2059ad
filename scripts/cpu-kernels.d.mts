import type { Plugin } from 'vite';

export const MOST_PAGES: number;
export const BUILDS: readonly ('relaxed' | 'plain')[];
export function compileKernels(build: string): Promise<Uint8Array>;
export function cpuKernels(): Plugin;
