// The page's own modules, for scripts: Vite reads their TypeScript.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

/** The module at `path` under src/. It must not need a browser. */
export async function load(path) {
  const file = fileURLToPath(new URL(`../../src/${path}`, import.meta.url));
  return (await runnerImport(file, { logLevel: 'error' })).module;
}
