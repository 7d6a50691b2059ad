/** What this browser gives the CPU engine. */
import { knowsRelaxedSimd } from './module.ts';

export interface CpuSupport {
  /** Without SIMD the engine cannot run at all. */
  readonly simd: boolean;
  readonly relaxed: boolean;
  /** Memory that threads share: only where the page is isolated from other origins. */
  readonly shared: boolean;
  /** Cores, as the browser tells them; ≥ 1. */
  readonly cores: number;
}

export function cpuSupport(): CpuSupport {
  return {
    simd: knowsSimd(),
    relaxed: typeof WebAssembly === 'object' && knowsRelaxedSimd(),
    shared: typeof SharedArrayBuffer === 'function' && globalThis.crossOriginIsolated === true,
    cores: Math.max(1, globalThis.navigator?.hardwareConcurrency ?? 1),
  };
}

/** A function that returns a vector, as a module. */
function knowsSimd(): boolean {
  if (typeof WebAssembly !== 'object') return false;
  const body = [0, 65, 0, 253, 17, 11];
  const code = [10, body.length + 2, 1, body.length, ...body];
  return WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, ...code));
}
