/** The gallery page, which only Vite's development server has: /gallery.html, or /gallery.html?only=Curves for one panel. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../../ui/styles/index.css';
import { gallery } from './gallery.tsx';

const only = new URLSearchParams(location.search).get('only');
const panels = [...new Set(gallery.map(({ panel }) => panel))];

function Gallery() {
  return (
    <main>
      <h1>Gallery</h1>
      <nav className="actions" aria-label="Panels">
        <a href="./gallery.html">all</a>
        {panels.map(panel => (
          <a key={panel} href={`?only=${encodeURIComponent(panel)}`}>
            {panel}
          </a>
        ))}
      </nav>
      {gallery
        .filter(({ panel }) => only === null || panel === only)
        .map(({ panel, state, element }) => (
          <section key={`${panel} ${state}`} data-panel={panel} data-state={state}>
            <h2 className="label">{`${panel}: ${state}`}</h2>
            {element}
          </section>
        ))}
    </main>
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');
createRoot(root).render(
  <StrictMode>
    <Gallery />
  </StrictMode>,
);
