/**
 * The table of places to touch in docs/architecture.md, by reading the tree: of each kind of thing one example, and the files that ship
 * and name it in their code. Whoever adds another of its kind touches as many.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isForTests, readSources } from '../imports.ts';
import { table } from './table.ts';

interface Kind {
  readonly what: string;
  readonly example: string;
  /** The example's name wherever code has it; none of its letters may stand for another thing. */
  readonly pattern: RegExp;
}

const kinds: readonly Kind[] = [
  { what: 'a loop setting', example: '`warmup`', pattern: /\bwarmup\b/ },
  { what: 'an optimizer setting', example: '`weightDecay`', pattern: /\bweightDecay\b|weight_decay/ },
  { what: 'a loss term', example: '`tversky`', pattern: /\btversky\b/i },
  { what: 'a network', example: '`basic-unet`', pattern: /\bbasic-unet\b|\bbasicUnet\b/ },
  { what: 'an export format', example: '`onnx`', pattern: /'onnx'|\bonnx:|\b(un)?packOnnx\b/ },
  { what: 'a chart', example: 'the Dice histogram', pattern: /\bDiceHistogram\b|\bHistogramChart\b/ },
  { what: 'a worker command', example: '`restoreModel`', pattern: /\brestoreModel\b/ },
];

interface File {
  readonly path: string;
  readonly code: string;
}

/** Modules without their comments; shaders and styles as they are. */
function shippedFiles(): File[] {
  const others = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => /\.(wgsl|css)$/.test(path))
    .map(path => ({ path, code: readFileSync(join('src', path), 'utf8') }));
  return [...readSources('src').filter(({ path }) => !isForTests(path)), ...others];
}

export function placesTable(files: readonly File[] = shippedFiles()): string {
  const rows = kinds.map(({ what, example, pattern }) => {
    const found = files.filter(({ code }) => pattern.test(code)).map(({ path }) => path);
    if (found.length === 0) throw new Error(`no file names ${example}, the example of ${what}`);
    return [
      what,
      example,
      `${found.length}`,
      found
        .sort()
        .map(path => `\`${path}\``)
        .join(', '),
    ];
  });
  return table(['to add', 'look for', 'files', 'which, in `src/`'], rows);
}
