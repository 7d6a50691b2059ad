import { expect, test } from 'vitest';
import { parseSource, readSources } from './imports.ts';
import { touchedTests } from './touched.ts';

const sources = [
  parseSource('src/a.ts', "import './deep.wgsl?raw';"),
  parseSource('src/b.ts', "import { a } from './a.ts';"),
  parseSource('src/a.test.ts', "import { a } from './a.ts';"),
  parseSource('src/b.test.ts', "import type { b } from './b.ts';"),
  parseSource('src/c.test.ts', "import { c } from './c.ts';"),
  parseSource('src/file.test.ts', "readFileSync(new URL('../public/_headers', import.meta.url)); // c.ts"),
  parseSource('src/imports.test.ts', ''),
];

test.each([
  [['src/deep.wgsl'], ['src/a.test.ts', 'src/imports.test.ts', 'src/b.test.ts']],
  [['src/b.ts'], ['src/b.test.ts', 'src/imports.test.ts']],
  [['src/c.test.ts'], ['src/c.test.ts', 'src/imports.test.ts']],
  [['public/_headers'], ['src/file.test.ts', 'src/imports.test.ts']],
  [['src/gone.test.ts'], ['src/imports.test.ts']],
  [[], []],
])('%j touches %j', (changed, tests) => {
  expect(touchedTests(changed, sources).sort()).toEqual([...tests].sort());
});

test('the nearest come first', () => {
  expect(touchedTests(['src/deep.wgsl'], sources).at(-1)).toBe('src/b.test.ts');
  expect(touchedTests(['src/c.test.ts', 'src/a.ts'], sources)[0]).toBe('src/c.test.ts');
});

test('circles end', () => {
  const circle = [
    parseSource('src/x.ts', "import './y.ts';"),
    parseSource('src/y.ts', "import './x.ts';"),
    parseSource('src/x.test.ts', "import './x.ts';"),
  ];
  expect(touchedTests(['src/y.ts'], circle)).toEqual(['src/x.test.ts']);
});

test('of this project: a kernel’s shader touches its own tests first', () => {
  const all = readSources('.', ['src', 'bench', 'scripts']);
  const tests = touchedTests(['src/kernels/upsample/upsample-gradient.wgsl'], all);
  const [own, engine] = ['src/kernels/upsample/upsample-gradient.test.ts', 'src/engine/compiled/engine.test.ts'];
  expect(tests).toEqual(expect.arrayContaining([own, engine]));
  expect(tests.indexOf(own)).toBeLessThan(tests.indexOf(engine));
});
