import type { DeviceReport, MemoryEstimate } from '../../protocol/device.ts';
import type { EngineChoice } from '../../protocol/settings.ts';

export interface DeviceState {
  /** undefined while it is being looked for. */
  readonly device: DeviceReport | null | undefined;
  readonly engine: EngineChoice;
  /** What was told last, of what; read it by `memoryOf`. */
  readonly memory: { readonly key: string; readonly estimate: MemoryEstimate | null } | null;
}
