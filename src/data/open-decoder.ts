/** The decoders that this browser gives: a pool of workers, or the worker at hand alone where it cannot count on starting others. */
import { nestedWorkersStart } from '../store/nested-workers.ts';
import { type Decoder, decodePool, defaultPool, type PoolSettings, spawnDecodeWorker } from './decode.ts';

export async function openDecoder(settings: Partial<PoolSettings>): Promise<Decoder> {
  const pool = { ...defaultPool(), ...settings };
  if (await nestedWorkersStart()) return decodePool(spawnDecodeWorker, pool);
  const { decodeHere } = await import('./decode-here.ts');
  return decodePool(decodeHere, { ...pool, workers: 1 });
}
