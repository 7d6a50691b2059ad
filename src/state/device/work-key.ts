/** Which work a measurement is of. Pure. */
import type { DeviceReport } from '../../protocol/device.ts';
import type { EngineChoice, RunSettings, SettingName } from '../../protocol/settings.ts';

/** Settings that change neither a step's time nor its memory. Of the others some hardly do: asking again costs little. */
const UNTIMED: readonly SettingName[] = ['epochs', 'lr', 'decay', 'patience', 'seed'];

/** What a time or an amount of memory is of: equal keys, equal work of the same engine on the same device. `chosen`: one device may run several. */
export function workKey(device: DeviceReport, chosen: EngineChoice, settings: RunSettings): string {
  const { engine, vendor, architecture, description, threads } = device;
  const timed = Object.entries(settings).filter(([name]) => !UNTIMED.some(other => other === name));
  return JSON.stringify([chosen, engine, vendor, architecture, description, threads, ...timed.sort()]);
}
