import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createStudio } from './state/create-studio.ts';
import { App } from './ui/app.tsx';
import { applyTheme, storedTheme } from './ui/shared/theme.ts';
import { StudioProvider } from './ui/studio-context.ts';

applyTheme(storedTheme());
const store = createStudio({
  query: location.search,
  onAddress: query => history.replaceState(null, '', `${location.pathname}${query}${location.hash}`),
});
void store.getState().open();

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');
createRoot(root).render(
  <StrictMode>
    <StudioProvider store={store}>
      <App />
    </StudioProvider>
  </StrictMode>,
);
