// Vite plugins that list the packages of which code ends up in the page or its workers, with their licences: licences.js in dist/,
// a module, so that the page can load it under its own policy.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/**
 * `collect` goes into the workers' plugins, which are bundled first, `emit` into the page's. `others` are packages of what is bundled
 * after the page.
 */
export function shippedLicences(others = []) {
  const folders = new Set(others.map(name => join('node_modules', name)));
  const note = bundle => {
    for (const output of Object.values(bundle)) {
      for (const id of output.moduleIds ?? []) {
        const folder = PACKAGE.exec(id.replace(/^\0/, ''))?.[1];
        if (folder && existsSync(join(folder, 'package.json'))) folders.add(folder);
      }
    }
  };
  return {
    collect: () => ({ name: 'collect-licences', generateBundle: (_, bundle) => note(bundle) }),
    emit: {
      name: 'emit-licences',
      apply: 'build',
      generateBundle(_, bundle) {
        note(bundle);
        const list = [...folders].map(describe).sort((a, b) => (a.name < b.name ? -1 : 1));
        this.emitFile({
          type: 'asset',
          fileName: 'licences.js',
          source: `export default ${JSON.stringify(list, null, 1)};\n`,
        });
      },
    },
  };
}

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find(entry => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
  return { name, version, licence: license ?? '', text: file ? readFileSync(join(folder, file), 'utf8') : '' };
}
