import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, test, vi } from 'vitest';
import { gallery } from './gallery.tsx';
import { states } from './made-up.ts';

// What some panels ask the browser for and Node does not have.
beforeAll(() => {
  vi.stubGlobal('navigator', { userAgent: 'Node', maxTouchPoints: 0 });
  vi.stubGlobal('window', { isSecureContext: true });
  vi.stubGlobal('document', { baseURI: 'http://127.0.0.1/' });
});

test.each(gallery.map(entry => [`${entry.panel}: ${entry.state}`, entry] as const))('%s', (_, { element, tells }) => {
  expect(renderToStaticMarkup(element)).toContain(tells);
});

test('names from archives and of models are text', () => {
  const all = gallery.map(({ element }) => renderToStaticMarkup(element)).join('');
  expect(all).toContain('&lt;b&gt;broken&lt;/b&gt;');
  expect(all).not.toContain('<i>try</i>');
});

test('each state is shown by some panel, and no panel twice in one', () => {
  const shown = gallery.map(({ panel, state }) => `${panel}: ${state}`);
  expect(new Set(shown).size).toBe(shown.length);
  const used = new Set(gallery.map(({ state }) => state));
  expect(Object.keys(states).filter(state => !used.has(state))).toEqual([]);
});
