// Writes what documentation takes from elsewhere: tables of stored results (docs/results/) and the picture of imports, between their
// markers. src/docs.test.ts fails where they differ.
import { runnerImport } from 'vite';

const { module } = await runnerImport('./scripts/docs/figures.ts', { configFile: false, logLevel: 'error' });
const changed = module.writePages();
console.log(changed.length > 0 ? `written: ${changed.join(', ')}` : 'all parts are current');
