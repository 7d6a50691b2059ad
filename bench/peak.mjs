// Compiles peak.as.
import { readFileSync } from 'node:fs';
import { main } from 'assemblyscript/asc';

/** As base64. Throws with the compiler's own words. */
export async function compilePeak() {
  const text = readFileSync(new URL('peak.as', import.meta.url), 'utf8');
  let bytes;
  const { error, stderr } = await main(
    [
      'peak.ts',
      '-o',
      'peak.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--enable',
      'relaxed-simd',
    ],
    {
      readFile: name => (name.endsWith('peak.ts') ? text : null),
      writeFile: (name, contents) => {
        if (name === 'peak.wasm') bytes = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !bytes) throw new Error(`bench/peak.as does not compile:\n${stderr.toString()}`);
  return Buffer.from(bytes).toString('base64');
}
