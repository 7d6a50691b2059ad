/**
 * docs/architecture.md says which files a new setting touches. Here a made-up one is added to exactly these, in a copy of the sources, and
 * must then be everywhere: in the address, the form, the presets, the guide, the command line and the settings of a run.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runnerImport } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve('.');
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'lesion-studio-places-'));
  for (const path of ['src', 'scripts', 'bench', 'tsconfig.json'])
    cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // The page and what it starts: no tests, which may need more than was copied.
  const include = ['src/main.tsx', 'src/training/training.worker.ts', 'src/**/*.d.ts'];
  writeFileSync(join(copy, 'shipped.json'), JSON.stringify({ extends: './tsconfig.json', include }));
});
afterAll(() => rmSync(copy, { recursive: true }));

/** The files that the table names for a kind of thing, apart from tests. */
function places(kind: string): string[] {
  const text = readFileSync('docs/architecture.md', 'utf8');
  const section = text.slice(text.indexOf('## Places to touch'));
  const row = section.split('\n').find(line => line.startsWith(`| ${kind} |`));
  if (!row) throw new Error(`no row for ${kind}`);
  const files = row.split('|')[4] ?? '';
  return [...files.matchAll(/`([^`]+)`/g)].map(([, path]) => `src/${path}`);
}

/** Puts `added` before a line of the copy that begins with `before`, once. */
function add(path: string, before: string, added: string): void {
  const file = join(copy, path);
  const text = readFileSync(file, 'utf8');
  const at = text.indexOf(`\n${before}`);
  if (at < 0) throw new Error(`${path} has no line “${before}”`);
  writeFileSync(file, `${text.slice(0, at + 1)}${added}\n${text.slice(at + 1)}`);
}

/** What the compiler says of the copy: nothing where all is well. */
async function compiled(): Promise<string> {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  return promisify(execFile)(tsc, ['--noEmit', '-p', join(copy, 'shipped.json')]).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
}

/** Styles are of no interest here, and without a page nothing takes them. */
const noStyles = {
  name: 'no-styles',
  enforce: 'pre',
  resolveId: (id: string) => (id.endsWith('.css') ? '\0no-styles' : null),
  load: (id: string) => (id === '\0no-styles' ? '' : null),
} as const;

const load = async (path: string) =>
  (await runnerImport<Record<string, never>>(join(copy, 'src', path), { plugins: [noStyles] })).module;

test('a made-up setting of the loop touches the files in the table, and is then everywhere', async () => {
  const [record = '', rule = '', texts = '', ...more] = places('a loop setting');
  expect(more).toEqual([]);
  add(
    record,
    '  /** Random flips of the training images. */',
    "  naps: whole({ group: 'recipe', default: 2, absent: 0, low: 0, high: 9, off: 0, also: ['siesta'] }),",
  );
  add(rule, '/** On a plateau the rate', 'export const naps = ({ naps }: RunSettings) => naps;');
  // Without its words the compiler says where they belong.
  expect(await compiled()).toMatch(new RegExp(`${texts}.*(naps|Property)`));
  add(
    texts,
    '  flips: {',
    "  naps: { label: 'Naps', hint: 'Rests', paper: 3, about: 'Rests between epochs, as some do.' },",
  );
  expect(await compiled()).toBe('');

  const { readAddress, writeAddress } = (await load(
    'state/address.ts',
  )) as never as typeof import('../../state/address.ts');
  const read = readAddress('?naps=5');
  expect(read.settings).toMatchObject({ naps: 5 });
  expect(writeAddress(read)).toBe('?naps=5');
  expect(readAddress('?naps=10').notices[0]).toContain('at most 9');
  expect(readAddress('?siestas=1').notices[0]).toContain('Did you mean naps?');
  expect(readAddress('?naps=2').settings).toEqual(readAddress('').settings);

  const { guideTable } = (await load('ui/settings/guide-table.ts')) as never as typeof import('./guide-table.ts');
  expect(guideTable()).toContain('| `naps` | Naps (Training recipe) | 0 to 9, whole; 0 is off | 2 | 3 | Rests |');
  const presets = (await load('ui/settings/preset-values.ts')) as never as typeof import('./preset-values.ts');
  expect(presets.paperPreset).toMatchObject({ naps: 3 });
  expect(presets.previewPreset).toMatchObject({ naps: 2 });
  const { helpText } = (await load('ui/settings/words.ts')) as never as typeof import('./words.ts');
  expect(helpText('naps' as never)).toBe('Rests; 0 is off. Paper: 3');

  const { runSettings, defaultSettings } = (await load(
    'protocol/settings.ts',
  )) as never as typeof import('../../protocol/settings.ts');
  const { naps: _, ...older } = defaultSettings as typeof defaultSettings & { naps: number };
  const parsed = runSettings['~standard'].validate(older);
  expect(parsed).toMatchObject({ value: { naps: 0 } });

  writeFileSync(join(copy, 'src/form.ts'), form);
  const { fields } = (await load('form.ts')) as never as { fields: (query: string) => string };
  expect(fields('?naps=7')).toMatch(/<label[^>]*>Naps<\/label>.*value="7"/);
}, 300_000);

/** The form's group as the page draws it. */
const form = `
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createStudio } from './state/create-studio.ts';
import { SettingFields } from './ui/settings/setting-fields.tsx';
import { StudioProvider } from './ui/studio-context.ts';

export function fields(query: string): string {
  const store = createStudio({ query });
  return renderToStaticMarkup(createElement(StudioProvider, { store, children: createElement(SettingFields, { group: 'recipe' }) }));
}
`;
