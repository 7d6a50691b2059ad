// First: what components say of their own looks comes after it.
import './ui/styles/index.css';
import { StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { cover } from './service-worker/policy-gate.ts';
import { createStudio } from './state/create-studio.ts';
import { windowStudio } from './state/window-studio.ts';
import { Insecure } from './ui/about/insecure.tsx';
import { App } from './ui/app.tsx';
import { applyTheme, storedTheme } from './ui/shared/theme.ts';
import { StudioProvider } from './ui/studio-context.ts';

applyTheme(storedTheme());
const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');
if (!window.isSecureContext) createRoot(root).render(<Insecure />);
else start(createRoot(root));

function start(drawn: Root): void {
  // Vite's development server has neither the policy nor the service worker.
  const covered = import.meta.env.PROD
    ? cover({
        container: navigator.serviceWorker,
        ownResponse: () => fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }),
        script: './service-worker.js',
        reload: () => location.reload(),
      })
    : Promise.resolve(null);
  const store = createStudio({
    covered,
    query: location.search,
    onAddress: query => history.replaceState(null, '', `${location.pathname}${query}${location.hash}`),
  });
  window.studio = windowStudio(store, __APP_VERSION__, store.getState().open(), async state =>
    (await import('./ui/report/make-report.tsx')).makeReport({ ...state, picture: store.getState().picture }),
  );
  drawn.render(
    <StrictMode>
      <StudioProvider store={store}>
        <App />
      </StudioProvider>
    </StrictMode>,
  );
}
