// Makes a folder that measures the engine on a bare Linux machine, with nothing installed but a GPU's driver and Vulkan's loader:
//   npm run bench:pack -- [--out bench-pack]      then carry it there and: ./run.sh [options of bench:gpu]
// It holds this Node, Dawn for this machine's kind of processor, and the measurements in one file.
import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'bench-pack' } } });
if (process.platform !== 'linux') {
  console.error('the folder is for Linux: make it on Linux');
  process.exit(2);
}
const out = resolve(values.out);
const here = dirname(fileURLToPath(import.meta.url));
const dawn = dirname(fileURLToPath(import.meta.resolve('webgpu')));
const platform = `linux-${process.arch}`;

rmSync(join(out, 'node_modules'), { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  root: resolve(here, '..'),
  configFile: false,
  logLevel: 'error',
  publicDir: false,
  build: { ssr: join(here, 'gpu/bench-gpu.ts'), outDir: out, emptyOutDir: false, target: 'node20' },
  ssr: { noExternal: true },
});
copyFileSync(join(here, 'gpu.mjs'), join(out, 'gpu.mjs'));
copyFileSync(join(here, 'peers/pytorch.py'), join(out, 'pytorch.py'));
copyFileSync(process.execPath, join(out, 'node'));
chmodSync(join(out, 'node'), 0o755);
const packed = join(out, 'node_modules/webgpu');
for (const part of ['package.json', 'index.js', 'LICENSE.md', `dist/${platform}`])
  cpSync(join(dawn, part), join(packed, part), { recursive: true });
writeFileSync(
  join(out, 'run.sh'),
  `#!/bin/sh
# Options as of npm run bench:gpu; results go to the folder bench-gpu here, or to --out.
cd "$(dirname "$0")" && exec ./node gpu.mjs "$@"
`,
);
chmodSync(join(out, 'run.sh'), 0o755);
writeFileSync(join(out, 'package.json'), '{ "type": "module" }\n');
console.log(`${out}: carry it to the machine, then ./run.sh`);
