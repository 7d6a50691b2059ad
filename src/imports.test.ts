/** Imports run one way between the folders, and some capabilities have one place each (docs/architecture.md). */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = import.meta.dirname;

/** What each folder may import of ours, besides itself and `random`. */
const allowed: Record<string, readonly string[]> = {
  ui: ['state', 'protocol', 'metrics'],
  state: ['protocol', 'formats', 'metrics', 'network'],
  // The security headers, which the servers share.
  'service-worker': ['..'],
  protocol: [],
  data: ['protocol', 'store'],
  training: ['protocol', 'store', 'metrics', 'engine', 'kernels', 'network', 'formats'],
  store: ['protocol', 'formats'],
  formats: ['protocol', 'network', 'engine', 'metrics'],
  engine: ['kernels', 'network', 'protocol', 'formats'],
  kernels: [],
  network: [],
  metrics: [],
  random: [],
};

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(path => /\.tsx?$/.test(path) && !/\.d\.ts$/.test(path))
  .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const product = sources.filter(({ path }) => !/\.test\.tsx?$/.test(path) && !path.startsWith('testing'));

function room(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '';
}

test('imports between folders run the allowed way', () => {
  const wrong = product.flatMap(({ path, text }) => {
    const from = room(path);
    if (from === '') return [];
    return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].flatMap(([, target]) => {
      const to = room(relative(root, resolve(root, dirname(path), target ?? '')));
      const fine = to === from || to === '' || to === 'random' || allowed[from]?.includes(to);
      return fine ? [] : [`${path} imports ${target}`];
    });
  });
  expect(wrong).toEqual([]);
});

test.each([
  ['navigator.gpu', /navigator\??\.gpu/, ['kernels/device.ts']],
  ['tfjs', /from '@tensorflow|import\('@tensorflow/, ['engine/tfjs/', 'formats/']],
  ['the origin private file system', /\.getDirectory\(/, ['store/']],
  ['React', /from 'react/, ['ui/', 'main.tsx']],
  ['Math.random', /Math\.random/, []],
  ['fetch', /\bfetch\(/, ['main.tsx', 'state/library/pretrained.ts']],
])('%s has its place', (_, pattern, places: string[]) => {
  const found = product
    .filter(({ text }) => pattern.test(text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')))
    .map(({ path }) => path);
  expect(found.filter(path => !places.some(place => path.startsWith(place)))).toEqual([]);
});

test('every folder is in the table', () => {
  const folders = new Set(product.map(({ path }) => room(path)).filter(Boolean));
  expect([...folders].filter(folder => !(folder in allowed))).toEqual([]);
});
