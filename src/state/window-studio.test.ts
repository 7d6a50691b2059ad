import { expect, test } from 'vitest';
import { createStudio } from './create-studio.ts';
import { windowStudio } from './window-studio.ts';

test('it has every command of the store by its name, and the state, which it cannot set', async () => {
  const store = createStudio({ query: '?size=64' });
  const written: unknown[] = [];
  const studio = windowStudio(store, '1.2.3', Promise.resolve(), async state => {
    written.push(state.settings.size);
    return { name: 'report.html', blob: new Blob() };
  });
  const state = store.getState();
  const names = Object.entries(state).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  expect(Object.keys(studio.commands).sort()).toEqual(names.sort());
  expect(studio.commands.changeSettings({ size: 100 })).toContain('multiple of 16');
  expect(studio.commands.changeSettings({ size: 32 })).toBeNull();
  expect(studio.store.getState().settings.size).toBe(32);
  expect('setState' in studio.store).toBe(false);
  // Refused while there is nothing to report.
  expect(await studio.commands.exportHtml()).toBeNull();
  expect(store.getState().problems).toHaveLength(1);
  store.setState({ run: {} as never });
  expect(await studio.commands.exportHtml()).toMatchObject({ name: 'report.html' });
  expect(written).toEqual([32]);
});
