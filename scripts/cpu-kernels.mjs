/**
 * Compiles the CPU engine's kernels (src/kernels, *.as) to WebAssembly, once with relaxed SIMD and once without, and gives their addresses
 * and the shapes that their texts declare to whoever imports `virtual:cpu-kernels`. The result is kept under node_modules/.cache by the hash of all sources, and is in no commit.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const kernels = join(root, 'src/kernels');
const cache = join(root, 'node_modules/.cache/cpu-kernels');

/** 64 KiB each: as much as 32-bit addresses reach. An engine asks for what its plan needs. */
export const MOST_PAGES = 65536;

export const BUILDS = ['relaxed', 'plain'];

const flags = build => [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'threads'],
  ...(build === 'relaxed' ? ['--enable', 'relaxed-simd'] : []),
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', String(MOST_PAGES)],
];

function sources() {
  return readdirSync(kernels, { recursive: true })
    .filter(name => name.endsWith('.as'))
    .sort()
    .map(name => [name, readFileSync(join(kernels, name), 'utf8')]);
}

/** The bytes of one build. Throws with the compiler's own words where a kernel does not compile. */
export async function compileKernels(build) {
  const files = sources();
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/assemblyscript/package.json'), 'utf8'));
  const hash = createHash('sha256')
    .update(JSON.stringify([version, flags(build), files]))
    .digest('hex')
    .slice(0, 16);
  const kept = join(cache, `${build}-${hash}.wasm`);
  if (existsSync(kept)) return readFileSync(kept);
  const { main } = await import('assemblyscript/asc');
  const texts = new Map(files.map(([name, text]) => [name.replaceAll('\\', '/').replace(/\.as$/, '.ts'), text]));
  let bytes;
  const { error, stderr } = await main(['cpu.ts', '-o', 'cpu.wasm', ...flags(build)], {
    // The compiler knows only its own extension.
    readFile: name => texts.get(relative('.', name).replaceAll('\\', '/')) ?? null,
    writeFile: (name, contents) => {
      if (name === 'cpu.wasm') bytes = contents;
    },
    listFiles: () => [],
  });
  if (error || !bytes) throw new Error(`the CPU kernels do not compile:\n${stderr.toString()}`);
  mkdirSync(cache, { recursive: true });
  // Published whole: another process may compile the same at the same time.
  const draft = `${kept}.${process.pid}`;
  writeFileSync(draft, bytes);
  renameSync(draft, kept);
  return bytes;
}

/** Fields of every exported class of the kernels' texts, [name, type] in their order, those of the class it extends first. */
export function kernelShapes() {
  const text = sources()
    .map(([, source]) => source)
    .join('\n');
  const declared = new Map(
    [...text.matchAll(/^export class (\w+)(?: extends (\w+))? \{\n(.*?)^\}/gms)].map(([, name, base, body]) => [
      name,
      { base, own: [...body.matchAll(/^ {2}(\w+): (usize|i32|u32|f32);$/gm)].map(([, field, type]) => [field, type]) },
    ]),
  );
  const fieldsOf = name => {
    const { base, own } = declared.get(name) ?? {};
    if (!own) throw new Error(`no kernel declares ${name}`);
    return [...(base ? fieldsOf(base) : []), ...own];
  };
  return Object.fromEntries([...declared.keys()].map(name => [name, fieldsOf(name)]));
}

const ID = 'virtual:cpu-kernels';

/** Vite's plugin, for page, workers, development server and tests. */
export function cpuKernels() {
  let serving = false;
  return {
    name: 'cpu-kernels',
    configResolved: config => {
      serving = config.command === 'serve';
    },
    resolveId: id => (id === ID ? `\0${ID}` : undefined),
    async load(id) {
      if (id !== `\0${ID}`) return undefined;
      for (const [name] of sources()) this.addWatchFile(join(kernels, name));
      const lines = [`export const shapes = ${JSON.stringify(kernelShapes())};`];
      for (const build of BUILDS) {
        const source = Buffer.from(await compileKernels(build));
        const url = serving
          ? JSON.stringify(`data:application/wasm;base64,${source.toString('base64')}`)
          : `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'asset', name: `cpu-${build}.wasm`, source })}`;
        lines.push(`export const ${build} = ${url};`);
      }
      return lines.join('\n');
    },
  };
}
