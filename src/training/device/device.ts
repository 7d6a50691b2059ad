/** The device as the page asks for it. */
import type { ColumnHandlers } from '../../protocol/contract.ts';
import type { device } from '../../protocol/device.ts';
import { estimateOn } from './estimate.ts';
import type { Gpu } from './gpu.ts';

export interface DeviceOptions {
  readonly gpu: Gpu;
  /** Throws AppError 'wrong-state' where a run has the GPU. */
  readonly refuseWhileRunning: (what: string) => void;
}

export function deviceHandlers({ gpu, refuseWhileRunning }: DeviceOptions): ColumnHandlers<typeof device> {
  return {
    async choose(choice) {
      refuseWhileRunning('change the engine');
      return (await gpu.choose(choice)).report;
    },
    estimate: ({ settings }) => estimateOn(gpu, settings),
    inspect: ({ timed }) => gpu.inspect(timed),
  };
}
