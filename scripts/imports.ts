/**
 * Reads the imports of source files: static, dynamic, exported from, type-only and `import('…').Type`, with the parser that builds the
 * page. The picture in docs/architecture.md, src/imports.test.ts and `npm run check` all read imports here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'vite';

export interface Import {
  /** A path below the root with forward slashes (`store/opfs.ts`, `../package.json`), or a package's name as written. */
  readonly to: string;
  readonly ours: boolean;
  /** Nothing of it is left in the built page. */
  readonly typeOnly: boolean;
}

export interface Source {
  /** Below the root, with forward slashes. */
  readonly path: string;
  /** The text with comments blanked out, for searches in code. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** A test, or a helper that only tests import. */
export function isForTests(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith('testing/') || /(^|\/)testing-[^/]*$/.test(path);
}

/** The first folder of a path; empty for a file directly below the root. */
export function room(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '';
}

/** The CPU engine's kernels as the engine imports them, and the file that they are compiled from. */
const CPU_KERNELS = { module: 'virtual:cpu-kernels', file: 'kernels/cpu.as' };

/** All modules of `root`, or of some of its folders, without declarations, by path. */
export function readSources(root: string, folders: readonly string[] = ['.']): Source[] {
  const sources = folders
    .flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(path => join(folder, path)),
    )
    .filter(path => /\.(tsx?|mjs|as)$/.test(path) && !/\.d\.m?ts$/.test(path))
    .map(path => path.replaceAll('\\', '/'))
    .sort()
    .map(path => parseSource(path, readFileSync(join(root, path), 'utf8')));
  const kernels = sources.find(({ path }) => path === CPU_KERNELS.file || path.endsWith(`/${CPU_KERNELS.file}`));
  return sources.map(source => ({
    ...source,
    imports: source.imports.map(one =>
      kernels && one.to === CPU_KERNELS.module ? { to: kernels.path, ours: true, typeOnly: false } : one,
    ),
  }));
}

export function parseSource(path: string, text: string): Source {
  if (path.endsWith('.as')) return parseAssemblyScript(path, text);
  const { module, program, comments, errors } = parseSync(path, text);
  if (errors[0]) throw new SyntaxError(`${path}: ${errors[0].message}`);
  const found: { value: string; typeOnly: boolean }[] = [];
  for (const { moduleRequest, entries } of module.staticImports)
    found.push({ value: moduleRequest.value, typeOnly: entries.length > 0 && entries.every(entry => entry.isType) });
  for (const { entries } of module.staticExports)
    for (const { moduleRequest, isType } of entries)
      if (moduleRequest) found.push({ value: moduleRequest.value, typeOnly: isType });
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^(['"`])([^$]*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[2];
    if (literal) found.push({ value: literal, typeOnly: false });
  }
  for (const value of importTypes(program)) found.push({ value, typeOnly: true });

  const merged = new Map<string, Import>();
  for (const { value, typeOnly } of found) {
    const ours = value.startsWith('.');
    const to = ours ? resolved(path, value) : value;
    merged.set(to, { to, ours, typeOnly: typeOnly && (merged.get(to)?.typeOnly ?? true) });
  }
  const code = comments.reduceRight(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    text,
  );
  return { path, code, imports: [...merged.values()] };
}

/** AssemblyScript's decorators on functions are no TypeScript, and its imports have no ending. */
function parseAssemblyScript(path: string, text: string): Source {
  const code = text.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, comment => comment.replaceAll(/[^\n]/g, ' '));
  const targets = new Set([...code.matchAll(/\bfrom\s+'(\.[^']+)'/g)].map(([, target]) => `${target}.as`));
  return {
    path,
    code,
    imports: [...targets].map(target => ({ to: resolved(path, target), ours: true, typeOnly: false })),
  };
}

function resolved(from: string, target: string): string {
  const file = resolve('/root', dirname(from), target.replace(/\?.*$/, ''));
  return relative('/root', file).replaceAll('\\', '/');
}

/** Targets of `import('…').Type` and `typeof import('…')`, which the parser's list of imports leaves out. */
function importTypes(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(importTypes);
  if (typeof node !== 'object' || node === null) return [];
  const { type, source } = node as { type?: unknown; source?: { value?: unknown } };
  const own = type === 'TSImportType' && typeof source?.value === 'string' ? [source.value] : [];
  return [...own, ...Object.values(node).flatMap(importTypes)];
}

/** An import from one file of ours to another, as `from → to`. */
export function arrow(from: string, to: string): string {
  return `${from} → ${to}`;
}

/**
 * Files that import each other in a circle, type-only imports included: one list per strongly connected part (Tarjan 1972), each by path.
 * `cut` are arrows to leave out.
 */
export function circles(sources: readonly Source[], cut: ReadonlySet<string> = new Set()): string[][] {
  const paths = new Set(sources.map(({ path }) => path));
  const next = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports.filter(({ ours, to }) => ours && paths.has(to) && !cut.has(arrow(path, to))).map(({ to }) => to),
    ]),
  );
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const result: string[][] = [];
  const visit = (path: string) => {
    const place = order.size;
    order.set(path, place);
    lowest.set(path, place);
    open.push(path);
    for (const to of next.get(path) ?? []) {
      if (!order.has(to)) visit(to);
      if (open.includes(to)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(to)!));
    }
    if (lowest.get(path) !== place) return;
    const part = open.splice(open.indexOf(path));
    if (part.length > 1 || next.get(path)?.includes(path)) result.push(part.sort());
  };
  for (const path of paths) if (!order.has(path)) visit(path);
  return result.sort();
}
