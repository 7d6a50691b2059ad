import type { DeviceReport, MemoryEstimate } from '../../protocol/device.ts';
import type { EngineChoice } from '../../protocol/settings.ts';

export interface DeviceState {
  /** undefined while it is being looked for. */
  readonly device: DeviceReport | null | undefined;
  readonly engine: EngineChoice;
  /** Of the present settings on the present device; null while unknown. */
  readonly memory: MemoryEstimate | null;
}
