import { adapterName, engineName } from '../shared/device-name.ts';
import { formatBytes } from '../shared/format.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';
import './device-chip.css';

/** Which device computes, and how much of its memory is in use while it trains. */
export function DeviceChip() {
  const device = useStudio(state => state.device);
  const bytes = useStudio(state => (runGoingOn(state) ? state.run?.progress?.gpuBytes : undefined));
  if (device === undefined) return <p className="device-chip device-looking">Looking for a GPU…</p>;
  if (device === null) return <p className="device-chip device-warning">No WebGPU</p>;
  const engine = engineName(device);
  const name = adapterName(device);
  const facts = [
    ...(name ? [engine] : []),
    ...(device.speeds?.cpu === undefined
      ? []
      : [`CPU ${device.speeds.cpu.toFixed(1)}, GPU ${device.speeds.gpu.toFixed(1)} images/s`]),
    ...(device.fallback ? ['software adapter: engine=cpu is faster'] : []),
    ...(bytes === undefined ? [] : [`${formatBytes(bytes)} in use`]),
  ].join(' · ');
  return (
    <p
      className={device.fallback ? 'device-chip device-warning' : 'device-chip'}
      title={[name || engine, facts].filter(Boolean).join(' · ')}
    >
      <span>{name || engine}</span>
      {facts && <small>{facts}</small>}
    </p>
  );
}
