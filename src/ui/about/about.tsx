import { useEffect, useState } from 'react';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { formatBytes } from '../shared/format.ts';
import { closingCosts } from '../shared/storage-place.ts';
import { applyTheme } from '../shared/theme.ts';
import { useStudio } from '../studio-context.ts';
import { Diagnostics } from './diagnostics.tsx';
import { Licences } from './licences.tsx';
import './about.css';

/** What the page keeps and how to be rid of it, what helps to find a fault, and whose code it is made of. */
export function About() {
  return (
    <section className="about" aria-label="About this page">
      <Storage />
      <Diagnostics />
      <Licences />
    </section>
  );
}

function Storage() {
  const tell = useStudio(state => state.tellStorage);
  const storage = useStudio(state => state.storage);
  const costs = useStudio(({ storagePlace }) => closingCosts(storagePlace));
  useEffect(() => void tell(), [tell]);
  const bytes = (of: 'used' | 'left') => (storage ? formatBytes(storage[of]) : 'this browser does not say');
  return (
    <section className="about-part">
      <h3>What is kept in this browser</h3>
      <p>
        Images at training size, corrected masks and reviews, runs, saved models and kernel timings. Nothing goes
        anywhere else.
      </p>
      <dl className="facts">
        <div>
          <dt>In use</dt>
          <dd>{bytes('used')}</dd>
        </div>
        <div>
          <dt>Left</dt>
          <dd>{bytes('left')}</dd>
        </div>
        <div>
          <dt>Protected</dt>
          <dd>
            {storage?.persisted
              ? 'yes, kept when space runs low'
              : 'no, may be cleared when space runs low: download what matters'}
          </dd>
        </div>
      </dl>
      {costs && <p className="help">{costs}</p>}
      <Erase />
    </section>
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
      <span role="status">Images, runs and models will be gone for good.</span>
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
