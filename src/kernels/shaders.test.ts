/** shaders.ts says in types what the shaders' texts declare: made from them here, and compared. */
import { expect, test } from 'vitest';
import { declaredBindings, structFields } from './wgsl.ts';

const sources = import.meta.glob<string>('./**/*.wgsl', { query: '?raw', import: 'default', eager: true });

/** The lines outside `//# if` blocks: what every variant has. */
function always(source: string): string {
  let depth = 0;
  const kept = source.split('\n').filter(line => {
    if (/^\s*\/\/# (if|each)/.test(line)) depth++;
    if (/^\s*\/\/# end/.test(line)) depth--;
    return depth === 0;
  });
  expect(depth).toBe(0);
  return kept.join('\n');
}

function block(name: string, lines: readonly string[]): string[] {
  return [`    readonly ${name}: {`, ...lines.map(line => `      readonly ${line};`), '    };'];
}

function struct(source: string, name: string): string[] {
  return structFields(source, name).map(field => `${field.name}: number`);
}

function entry(path: string, source: string): string[] {
  const certain = new Set(declaredBindings(always(source)).map(({ name }) => name));
  const all = declaredBindings(source);
  const names = [...new Set(all.flatMap(({ name, access }) => (access === 'uniform' ? [] : [name])))];
  const shaped = all.some(({ name }) => name === 'shape');
  const lines = [
    ...(shaped ? block('shape', struct(source, 'Shape')) : names.length > 0 ? ['    readonly shape: Empty;'] : []),
    ...(names.length > 0
      ? block(
          'buffers',
          names.map(name => (certain.has(name) ? `${name}: Slot` : `${name}?: Slot | undefined`)),
        )
      : []),
    ...(source.includes('struct Step ') ? block('step', struct(source, 'Step')) : []),
  ];
  const key = path.slice(2, -'.wgsl'.length);
  return lines.length > 0 ? [`  readonly ${/\W/.test(key) ? `'${key}'` : key}: {`, ...lines, '  };'] : [];
}

test('the types of the shaders’ names are those in their texts', async () => {
  const entries = Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1));
  expect(entries.length).toBeGreaterThan(15);
  const text = [
    '/**',
    ' * What each shader declares: made from their texts by shaders.test.ts, which fails where the two differ.',
    ' * After changing a struct or a binding: npx vitest run src/kernels/shaders.test.ts -u',
    ' */',
    "import type { Slot } from './dispatch.ts';",
    '',
    'type Empty = Readonly<Record<string, never>>;',
    '',
    'export interface Shaders {',
    ...entries.flatMap(([path, source]) => entry(path, source)),
    '}',
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot('./shaders.ts');
});
