import { type SyntheticEvent, useState } from 'react';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { formatBytes } from '../shared/format.ts';
import { applyTheme } from '../shared/theme.ts';
import { useStudio } from '../studio-context.ts';
import { Diagnostics } from './diagnostics.tsx';
import { Licences } from './licences.tsx';
import './about.css';

/** What the page keeps and how to be rid of it, and whose code it is made of. */
export function About() {
  const tell = useStudio(state => state.tellStorage);
  const opened = ({ currentTarget }: SyntheticEvent<HTMLDetailsElement>) => {
    if (currentTarget.open) void tell();
  };
  return (
    <section className="about" aria-label="About this page">
      <details onToggle={opened}>
        <summary>What is kept in this browser</summary>
        <div className="about-body">
          <p>
            The images at the size you train with, unfinished runs, the models that you saved, and kernel measurements.
            All of it lies in this browser’s private storage and goes nowhere else.
          </p>
          <StorageNumbers />
          <Erase />
        </div>
      </details>
      <Diagnostics />
      <Licences />
    </section>
  );
}

function StorageNumbers() {
  const storage = useStudio(state => state.storage);
  return (
    <dl className="definitions">
      <div>
        <dt>In use</dt>
        <dd className="number">{storage ? formatBytes(storage.used) : 'this browser does not say'}</dd>
      </div>
      <div>
        <dt>Left</dt>
        <dd className="number">{storage ? formatBytes(storage.left) : 'this browser does not say'}</dd>
      </div>
      <div>
        <dt>Protected</dt>
        <dd>
          {storage?.persisted
            ? 'yes: kept when space runs low'
            : 'no: the browser may clear it when space runs low, so download what matters'}
        </dd>
      </div>
    </dl>
  );
}

function Erase() {
  const [asked, setAsked] = useState(false);
  const erase = useStudio(state => state.eraseEverything);
  const refused = useRefusal(erase);
  const confirm = async () => {
    setAsked(false);
    if (!(await erase())) return;
    applyTheme('system');
    // What is left in memory goes with the page.
    location.reload();
  };
  if (!asked)
    return (
      <div className="actions">
        <ActionButton className="danger" action={erase} onClick={() => setAsked(true)}>
          Erase everything
        </ActionButton>
        {refused && <span className="help">{refused}</span>}
      </div>
    );
  return (
    <div className="actions">
      <span role="status">Images, runs and saved models will be gone for good.</span>
      <ActionButton className="danger" action={erase} onClick={() => void confirm()}>
        Yes, erase
      </ActionButton>
      <button type="button" className="quiet" ref={focusOnce} onClick={() => setAsked(false)}>
        Keep
      </button>
    </div>
  );
}

/** The button that was pressed is gone: the harmless answer takes the focus. */
function focusOnce(button: HTMLButtonElement | null): void {
  button?.focus();
}
