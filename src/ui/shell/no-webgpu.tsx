import { ActionButton } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';
import { browserHelp } from './browser-help.ts';
import './no-webgpu.css';

/** Shown where the fast engine cannot run: why, what to do in this browser, and the slower way. */
export function NoWebgpu() {
  const device = useStudio(state => state.device);
  const chooseEngine = useStudio(state => state.chooseEngine);
  if (device === undefined || device?.engine === 'webgpu') return null;
  if (device?.engine === 'cpu') return device.features.includes('shared-memory') ? null : <OneThread />;
  const help = browserHelp(navigator.userAgent, navigator.maxTouchPoints);
  if (device)
    return (
      <section className="panel warning" aria-labelledby="webgpu-title">
        <h2 id="webgpu-title">Running on WebGL: slower</h2>
        <p>
          WebGPU is not in use. Training works, at a fraction of the speed: choose a small image size and few filters.
        </p>
        <ActionButton action={chooseEngine} onClick={() => void chooseEngine('auto')}>
          Look for WebGPU again
        </ActionButton>
      </section>
    );
  return (
    <section className="panel warning" aria-labelledby="webgpu-title">
      <h2 id="webgpu-title">This browser gives the page no WebGPU</h2>
      <p>
        Training runs on your graphics processor through WebGPU, and no such device was found. Here is what to do in{' '}
        {help.browser}:
      </p>
      <ol>
        {!window.isSecureContext && (
          <li>
            Open the page over https, or from http://localhost or http://127.0.0.1: browsers give WebGPU to secure
            addresses only.
          </li>
        )}
        {help.steps.map(step => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <div className="actions">
        <button type="button" className="primary" onClick={() => void chooseEngine('cpu')}>
          Use the CPU engine
        </button>
        <button type="button" onClick={() => void chooseEngine('webgl')}>
          Use the slower WebGL engine
        </button>
        <button type="button" onClick={() => void chooseEngine('auto')}>
          Look again
        </button>
      </div>
    </section>
  );
}

/** Without cross-origin isolation, and in some browsers with it, there is no memory that threads could share. */
function OneThread() {
  return (
    <section className="panel warning" aria-labelledby="one-thread-title">
      <h2 id="one-thread-title">Training on one CPU thread</h2>
      {window.crossOriginIsolated ? (
        <p>This browser gives the page no memory that threads can share. In another browser all cores would train.</p>
      ) : (
        <p>
          This host does not send the headers <code>Cross-Origin-Opener-Policy: same-origin</code> and{' '}
          <code>Cross-Origin-Embedder-Policy: require-corp</code>. With them, all cores would train.
        </p>
      )}
    </section>
  );
}
