import { formatBytes } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import './device-chip.css';

const engines: Record<string, string> = { webgpu: 'WebGPU', webgl: 'WebGL', cpu: 'CPU' };

/** Which device computes, and how much of its memory is in use while it trains. */
export function DeviceChip() {
  const device = useStudio(state => state.device);
  const gpuBytes = useStudio(({ run }) =>
    run && (run.state === 'running' || run.state === 'paused') ? run.progress?.gpuBytes : undefined,
  );
  if (device === undefined) return <p className="chip">Looking for a GPU…</p>;
  if (device === null) return <p className="chip chip-warning">No WebGPU</p>;
  const parts = [device.vendor, device.architecture, device.description].filter(
    (part, place, all) => part && all.findIndex(other => other.toLowerCase().includes(part.toLowerCase())) === place,
  );
  return (
    <p className={device.fallback ? 'chip chip-warning' : 'chip'}>
      <span className="chip-name">{[engines[device.engine] ?? device.engine, ...parts].join(' · ')}</span>
      {device.speeds?.cpu !== undefined && (
        <span className="number">
          {`CPU ${device.speeds.cpu.toFixed(1)}, GPU ${device.speeds.gpu.toFixed(1)} images/s`}
        </span>
      )}
      {device.fallback && <strong>software adapter: engine=cpu is faster</strong>}
      {gpuBytes !== undefined && <span className="number chip-memory">{`${formatBytes(gpuBytes)} in use`}</span>}
    </p>
  );
}
