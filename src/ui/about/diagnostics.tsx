import { version as reactVersion } from 'react';
import type { StudioState } from '../../state/studio-state.ts';
import { CopyButton } from '../shared/copy-button.tsx';
import { adapterText } from '../shared/device-name.ts';
import { useStudio } from '../studio-context.ts';

/** What helps to find a fault, as text for the clipboard. Nothing of it is sent anywhere, and no file name of the data is in it. */
export function Diagnostics() {
  const store = useStudio(state => state);
  return (
    <section className="about-part">
      <h3>Diagnostics</h3>
      <p>{adapterText(store.device)}</p>
      <p>For a report of a fault: browser, graphics adapter, versions, settings, last error.</p>
      <div className="actions">
        <CopyButton label="Copy diagnostics" done="Diagnostics copied" text={() => diagnostics(store)} />
      </div>
    </section>
  );
}

function diagnostics({
  device,
  engine,
  memory,
  storage,
  storagePlace,
  settings,
  dataset,
  run,
  model,
  lastError,
}: StudioState): string {
  const lines: [string, unknown][] = [
    ['Lesion Studio', __APP_VERSION__],
    ['React', reactVersion],
    ['time', new Date().toISOString()],
    ['browser', navigator.userAgent],
    ['cores', navigator.hardwareConcurrency],
    ['secure context', isSecureContext],
    ['WebGPU in the page', 'gpu' in navigator],
    ['engine chosen', engine],
    ['device', device],
    ['memory of these settings', memory],
    ['storage', storage],
    ['storage place', storagePlace],
    ['settings', settings],
    ['data set', dataset && { pairs: dataset.ids.length, size: dataset.size, rejected: dataset.rejected.length }],
    ['run', run && { state: run.state, epochs: run.epochs.length, progress: run.progress }],
    ['model', model],
    ['last error', lastError],
  ];
  return lines
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value ?? null)}`)
    .join('\n');
}
