/** What computes, in words. */
import type { DeviceReport } from '../../protocol/device.ts';

const engines: Record<string, string> = { webgpu: 'WebGPU', webgl: 'WebGL', cpu: 'CPU' };

export function engineName({ engine }: Pick<DeviceReport, 'engine'>): string {
  return engines[engine] ?? engine;
}

/** Whatever of vendor, architecture and description says something new; empty where the browser tells nothing. */
export function adapterName({
  vendor,
  architecture,
  description,
}: Pick<DeviceReport, 'vendor' | 'architecture' | 'description'>): string {
  return [vendor, architecture, description]
    .filter(
      (part, place, all) => part && all.findIndex(other => other.toLowerCase().includes(part.toLowerCase())) === place,
    )
    .join(' · ');
}

/** Which graphics adapter is used, and what to do where the computer has a faster one: a page may only ask. */
export function adapterText(device: DeviceReport | null | undefined): string {
  if (!device) return 'No graphics adapter is in use.';
  const name = adapterName(device);
  if (device.engine === 'cpu') return `In use: the CPU, ${device.description}. No graphics adapter is.`;
  const used = `In use: ${name || 'an adapter that the browser does not name'} (${engineName(device)}).`;
  if (device.fallback)
    return `${used} It is software: the browser found no GPU that it trusts, or is told to use none.`;
  return `${used} The page asks for the fastest GPU, and the browser decides. ${CHOOSE_ANOTHER}`;
}

const CHOOSE_ANOTHER = [
  'If the computer has a faster one:',
  'Windows, Settings › System › Display › Graphics, add the browser and choose High performance;',
  'macOS, System Settings › Battery, switch off automatic graphics switching;',
  'Linux, start the browser with DRI_PRIME=1, or for NVIDIA with __NV_PRIME_RENDER_OFFLOAD=1.',
  'Then close all of the browser’s windows and open it again.',
].join(' ');
