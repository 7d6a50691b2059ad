import { testOf } from '../../state/inference/results.ts';
import { useStudio } from '../studio-context.ts';
import { DeviceChip } from './device-chip.tsx';
import { ThemeToggle } from './theme-toggle.tsx';
import './header.css';

export function Header() {
  return (
    <header className="masthead">
      <div className="masthead-name">
        <h1>Lesion Studio</h1>
        <p>Train a network that outlines skin lesions, on your own computer.</p>
      </div>
      <p className="promise">Nothing leaves this machine</p>
      <DeviceChip />
      <ThemeToggle />
    </header>
  );
}

/** The four steps, with a mark at those that are done, and the last short message. Always in view. */
export function StepNav() {
  const data = useStudio(state => state.dataset !== null);
  const trained = useStudio(state => state.model !== null);
  const tested = useStudio(state => testOf(state) !== null);
  const saved = useStudio(state => state.savedModels.length > 0);
  const message = useStudio(state => state.message);
  const steps = [
    ['data', 'Data', data],
    ['train', 'Train', trained],
    ['test', 'Test', tested],
    ['models', 'Models', saved],
  ] as const;
  return (
    <nav className="steps" aria-label="Steps">
      <div>
        <ol>
          {steps.map(([id, title, done], place) => (
            <li key={id}>
              <a href={`#${id}`}>
                <span className="step-mark" data-done={done || undefined} aria-hidden="true">
                  {done ? '✓' : place + 1}
                </span>
                {title}
                {done && <span className="visually-hidden"> (done)</span>}
              </a>
            </li>
          ))}
        </ol>
        <p className="message" aria-live="polite">
          {message}
        </p>
      </div>
    </nav>
  );
}
