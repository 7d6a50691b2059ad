/** Which tests a change touches, the nearest first: those that import a changed file, however far, and those that read it. */
import type { Source } from './imports.ts';

/** These read folders rather than files: any change may be theirs. */
const READ_THE_TREE = ['src/imports.test.ts', 'scripts/docs/docs.test.ts'];

/** What every test depends on and none imports. */
export const CONCERNS_ALL = /^(package(-lock)?\.json|vite\.config\.ts|tsconfig\.json)$/;

const isTest = (path: string) => /\.test\.tsx?$/.test(path);

/** `changed` and the sources' paths are from the project's root. Distance 0 is a test that itself changed. */
export function touchedTests(changed: readonly string[], sources: readonly Source[]): string[] {
  const importers = new Map<string, string[]>();
  for (const { path, imports } of sources)
    for (const { to, ours } of imports) if (ours) importers.set(to, [...(importers.get(to) ?? []), path]);

  const names = changed.map(path => path.split('/').at(-1) ?? path);
  const reading = sources.filter(
    ({ path, code }) => isTest(path) && names.some(name => code.includes(`/${name}'`) || code.includes(`'${name}'`)),
  );
  const known = new Set(sources.map(({ path }) => path));
  const distances = new Map<string, number>();
  let edge = [...changed];
  for (let distance = 0; edge.length > 0; distance++) {
    for (const path of edge) distances.set(path, distance);
    const next = new Set(edge.flatMap(path => importers.get(path) ?? []));
    if (distance === 0) for (const { path } of reading) next.add(path);
    edge = [...next].filter(path => !distances.has(path));
  }
  if (changed.length > 0) for (const path of READ_THE_TREE) if (!distances.has(path)) distances.set(path, 1);
  return [...distances]
    .filter(([path]) => isTest(path) && known.has(path))
    .sort(([a, near], [b, far]) => near - far || (a < b ? -1 : 1))
    .map(([path]) => path);
}
