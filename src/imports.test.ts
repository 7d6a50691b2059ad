/**
 * Imports run one way between the rooms, in no circles between files, and each capability has its only place. The picture in
 * docs/architecture.md is drawn from the same reading (scripts/docs/rooms.ts).
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roomArrows } from '../scripts/docs/rooms.ts';
import { arrow, circles, isForTests, parseSource, readSources, room, type Source } from '../scripts/imports.ts';

const sources = readSources(import.meta.dirname);
const product = sources.filter(({ path }) => !isForTests(path));

/** What each room may import of ours, besides itself and `random`. */
const allowed: Record<string, readonly string[]> = {
  ui: ['state', 'protocol', 'metrics', 'network', 'masks'],
  state: ['protocol', 'formats', 'metrics', 'network'],
  // The security headers, which the servers share.
  'service-worker': ['..'],
  protocol: ['network'],
  data: ['protocol', 'store', 'masks', 'formats'],
  training: ['protocol', 'store', 'masks', 'metrics', 'engine', 'kernels', 'network', 'formats'],
  store: ['protocol', 'formats', 'masks'],
  formats: ['protocol', 'network', 'engine', 'metrics'],
  engine: ['kernels', 'network', 'protocol', 'formats'],
  masks: ['protocol'],
  kernels: [],
  network: [],
  metrics: [],
  random: [],
};

test('imports between rooms run the allowed way', () => {
  const wrong = product.flatMap(({ path, imports }) =>
    imports.flatMap(({ to, ours }) => {
      const [from, target] = [room(path), room(to)];
      const fine = !ours || !from || !target || target === from || target === 'random';
      return fine || allowed[from]?.includes(target) ? [] : [arrow(path, to)];
    }),
  );
  expect(wrong).toEqual([]);
});

test('every room is in the table', () => {
  const rooms = new Set(product.map(({ path }) => room(path)).filter(Boolean));
  expect([...rooms].filter(name => !(name in allowed))).toEqual([]);
});

/** Among the columns of one room: what each may import of the others. What stands beside them is for all. */
const columns: Record<string, Record<string, readonly string[]>> = {
  training: { run: ['inference', 'library', 'device'], inference: ['device'], library: [], device: [] },
  state: {
    run: ['data', 'inference', 'library', 'device'],
    inference: ['data', 'library'],
    data: ['library'],
    library: [],
    device: [],
  },
};

test.each(Object.entries(columns))('the columns of %s import each other one way', (name, may) => {
  const columnOf = (path: string) =>
    (path.startsWith(`${name}/`) ? path.slice(name.length + 1).split('/')[0] : '') ?? '';
  const wrong = product.flatMap(({ path, imports }) => {
    const own = may[columnOf(path)];
    if (!own) return [];
    const others = imports.filter(({ to }) => columnOf(to) in may && columnOf(to) !== columnOf(path));
    return others.filter(({ to }) => !own.includes(columnOf(to))).map(({ to }) => arrow(path, to));
  });
  expect(wrong).toEqual([]);
});

/** Arrows that close a circle today. Cut them, and take them off: the list only shrinks. */
const circlesToCut: readonly string[] = [];

test('no files import each other in a circle, for types either', () => {
  expect(circles(sources, new Set(circlesToCut))).toEqual([]);
});

test.each(circlesToCut.map(cut => [cut]))('%s still closes a circle', cut => {
  const others = new Set(circlesToCut.filter(other => other !== cut));
  expect(circles(sources, others)).not.toEqual([]);
});

test('no rooms import each other but engine and formats, for a type', () => {
  const arrows = roomArrows(sources);
  const back = arrows.filter(({ from, to }) => arrows.some(other => other.from === to && other.to === from));
  expect(back.map(({ from, to, typeOnly }) => `${arrow(from, to)}${typeOnly ? ' (types)' : ''}`)).toEqual([
    'engine → formats',
    'formats → engine (types)',
  ]);
});

interface Capability {
  readonly name: string;
  /** Looked for in the code, without comments. */
  readonly code?: RegExp;
  /** Looked for among the packages that a file imports. */
  readonly packages?: RegExp;
  /** Where it belongs: a file, a folder with a slash at its end, or the end of a file's name. */
  readonly places: readonly string[];
  /** Files or folders where it stands all the same. The list only shrinks. */
  readonly strays?: readonly string[];
}

const capabilities: readonly Capability[] = [
  { name: 'navigator.gpu', code: /navigator\??\.gpu\b/, places: ['kernels/device.ts'] },
  {
    name: 'WebAssembly and shared memory',
    code: /\bnew WebAssembly|\bWebAssembly\.\w|\bSharedArrayBuffer\b|\bAtomics\./,
    places: ['engine/cpu/'],
  },
  { name: 'tfjs', packages: /^@tensorflow\//, places: ['engine/tfjs/', 'formats/'] },
  {
    name: 'storage that lasts',
    code: /\bindexedDB\b|navigator\??\.storage\b|\.getDirectory\(|\.createSyncAccessHandle\(/,
    packages: /^idb$/,
    places: ['store/'],
    // Given to the store's users as an object, so that tests can play it.
    strays: ['state/create-studio.ts'],
  },
  {
    // The protocol holds one for as long as a worker lives, and so does each thread of the CPU engine.
    name: 'locks',
    code: /navigator\??\.locks\b/,
    places: ['store/', 'protocol/', 'engine/cpu/'],
  },
  { name: 'local storage: the theme', code: /\b(local|session)Storage\b/, places: ['ui/shared/theme.ts'] },
  {
    name: 'messages between threads',
    code: /\bpostMessage\b|\bonmessage\b|addEventListener\(\s*'message'/,
    places: ['protocol/', '.worker.ts', 'service-worker/', 'engine/cpu/pool.ts'],
  },
  { name: 'React', packages: /^(react|react-dom|recharts)(\/|$)|^@(radix-ui|tanstack)\//, places: ['ui/', 'main.tsx'] },
  { name: 'random numbers without a seed', code: /\bMath\.random\b|\bgetRandomValues\b/, places: [] },
  {
    // A run's numbers must not depend on it; dates and deadlines may.
    name: 'the clock',
    code: /\bDate\.now\b|\bperformance\.now\b|\bnew Date\(\s*\)/,
    places: ['ui/', 'state/', '.worker.ts'],
    strays: ['engine/', 'formats/', 'training/'],
  },
  {
    // All fetch the page's own files: its headers, the pre-trained model, the CPU engine's kernels.
    name: 'fetch',
    code: /\bfetch\(/,
    places: ['main.tsx', 'state/library/pretrained.ts', 'service-worker/service-worker.ts', 'engine/cpu/module.ts'],
  },
  {
    name: 'other ways out of the page',
    code: /\b(XMLHttpRequest|WebSocket|EventSource|RTCPeerConnection|importScripts)\b|\.sendBeacon\(/,
    places: [],
  },
];

function uses({ code, packages }: Capability, source: Source): boolean {
  return (
    code?.test(source.code) === true || source.imports.some(({ to, ours }) => !ours && packages?.test(to) === true)
  );
}

describe.each(capabilities)('$name', capability => {
  const { places, strays = [] } = capability;
  const found = product.filter(source => uses(capability, source)).map(({ path }) => path);
  const within = (path: string, list: readonly string[]) =>
    list.some(place => path.startsWith(place) || path.endsWith(place));
  const misplaced = found.filter(path => !within(path, places));

  test('stands in its place only', () => {
    expect(misplaced.filter(path => !within(path, strays))).toEqual([]);
  });

  test('has no stray on the list that is one no more', () => {
    expect(strays.filter(stray => !misplaced.some(path => within(path, [stray])))).toEqual([]);
  });
});

describe('how imports are read', () => {
  test('each form, also in types, and none in comments and strings', () => {
    const { code, imports } = parseSource(
      'room/file.ts',
      `import type { A } from './a.ts';
       import { type B, c } from "../b.ts";
       import { type D } from './d.ts';
       import './e.css';
       import text from './f.wgsl?raw';
       export * from './g.ts';
       export type { H } from './h.ts';
       const i = await import('./i.ts');
       type J = import('./j.ts').J;
       import react from 'react';
       // import './no.ts';
       const no = "import x from './no.ts'"; /* fetch( */`,
    );
    expect(imports.map(({ to, typeOnly }) => `${to}${typeOnly ? ' (type)' : ''}`).sort()).toEqual([
      ...['b.ts', 'react', 'room/a.ts (type)', 'room/d.ts (type)', 'room/e.css', 'room/f.wgsl', 'room/g.ts'],
      ...['room/h.ts (type)', 'room/i.ts', 'room/j.ts (type)'],
    ]);
    expect(code).not.toContain('fetch(');
  });

  test('a value and a type from the same file are one import of a value', () => {
    const { imports } = parseSource('a.ts', "import type { T } from './b.ts'; import { b } from './b.ts';");
    expect(imports).toEqual([{ to: 'b.ts', ours: true, typeOnly: false }]);
  });

  test('AssemblyScript, and the module that it is compiled to', () => {
    const { imports, code } = parseSource(
      'kernels/a/a.as',
      "import { x } from '../tensor'; // from './no'\n@inline\nfunction f(): void {}\nexport { y } from './b';",
    );
    expect(imports.map(({ to }) => to)).toEqual(['kernels/tensor.as', 'kernels/a/b.as']);
    expect(code).not.toContain('no');
    const engine = sources.find(({ path }) => path === 'engine/cpu/module.ts');
    expect(engine?.imports).toContainEqual({ to: 'kernels/cpu.as', ours: true, typeOnly: false });
  });

  test('text that does not parse is an error that names the file', () => {
    expect(() => parseSource('broken.ts', 'import {')).toThrow(/broken\.ts/);
  });

  const graph = (arrows: readonly (readonly [number, number])[], size: number): Source[] =>
    Array.from({ length: size }, (_, from) => ({
      path: `${from}`,
      code: '',
      imports: arrows
        .filter(([start]) => start === from)
        .map(([, to]) => ({ to: `${to}`, ours: true, typeOnly: true })),
    }));

  test('circles are the files that reach themselves, those that reach each other together', () => {
    const node = fc.nat({ max: 7 });
    fc.assert(
      fc.property(fc.array(fc.tuple(node, node), { maxLength: 16 }), arrows => {
        const reaches = Array.from({ length: 8 }, (_, from) =>
          Array.from({ length: 8 }, (_, to) => arrows.some(([a, b]) => a === from && b === to)),
        );
        for (let via = 0; via < 8; via++)
          for (let from = 0; from < 8; from++)
            for (let to = 0; to < 8; to++) reaches[from]![to] ||= reaches[from]![via]! && reaches[via]![to]!;
        const expected = new Set<string>();
        for (let from = 0; from < 8; from++)
          if (reaches[from]![from])
            expected.add([...Array(8).keys()].filter(to => reaches[from]![to] && reaches[to]![from]).join());
        expect(circles(graph(arrows, 8)).map(part => part.join())).toEqual([...expected].sort());
      }),
    );
  });

  test('a cut arrow is left out', () => {
    const sources = graph(
      [
        [0, 1],
        [1, 2],
        [2, 0],
      ],
      3,
    );
    expect(circles(sources)).toEqual([['0', '1', '2']]);
    expect(circles(sources, new Set([arrow('2', '0')]))).toEqual([]);
  });
});
