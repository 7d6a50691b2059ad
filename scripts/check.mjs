// npm run check: types, lint, and the unit tests that a change touches, in less than half a minute. A change is what differs from where
// this branch left main, committed or not; `npm run check -- FILE…` looks at these files instead. Tests that do not fit into the time are
// named, not passed over; `npm test` runs everything.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { runnerImport } from 'vite';
import { BaseSequencer, startVitest } from 'vitest/node';

const LIMIT_MS = 27_000;
const end = Date.now() + LIMIT_MS;
const seconds = () => ((LIMIT_MS - (end - Date.now())) / 1000).toFixed(0);
const bin = name => `node_modules/.bin/${name}${process.platform === 'win32' ? '.cmd' : ''}`;

function git(...args) {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

function changes() {
  const given = process.argv.slice(2);
  if (given.length > 0) {
    const missing = given.filter(path => !existsSync(path));
    if (missing.length > 0) {
      console.error(`no such file: ${missing.join(', ')}`);
      process.exit(2);
    }
    return { since: 'as given', files: given };
  }
  if (git('rev-parse', 'HEAD') === undefined) {
    console.error('This is no git checkout: say which files changed, as in npm run check -- src/metrics/confusion.ts');
    process.exit(2);
  }
  const main = ['origin/main', 'main'].find(name => git('rev-parse', '--verify', '--quiet', name) !== undefined);
  const base = (main && git('merge-base', 'HEAD', main)) || 'HEAD';
  const files = [git('diff', '--name-only', '--relative', base), git('ls-files', '--others', '--exclude-standard')];
  const since =
    base === git('rev-parse', 'HEAD') || base === 'HEAD'
      ? 'the last commit'
      : `${base.slice(0, 7)}, where this branch left ${main}`;
  return { since, files: files.flatMap(list => (list ? list.split('\n') : [])) };
}

/** Resolves to whether it passed; its output is shown as a whole, so that two do not mix. */
function passes(name, command, args) {
  return new Promise(resolve => {
    const child = spawn(bin(command), args, { shell: process.platform === 'win32' });
    const output = [];
    child.stdout.on('data', data => output.push(data));
    child.stderr.on('data', data => output.push(data));
    child.on('error', error => output.push(Buffer.from(error.message)));
    child.on('close', code => {
      if (code !== 0) console.error(Buffer.concat(output).toString());
      console.log(`== ${name} ${code === 0 ? 'passed' : 'FAILED'} (${seconds()} s)`);
      resolve(code === 0);
    });
  });
}

const { since, files } = changes();
console.log(`${files.length} ${files.length === 1 ? 'file' : 'files'} changed since ${since}`);
const sound = await Promise.all([
  passes('types', 'tsc', ['--noEmit', '--incremental', '--tsBuildInfoFile', '.cache/types.tsbuildinfo']),
  passes('lint', 'biome', ['check', '.']),
]);

const load = async path => (await runnerImport(path, { configFile: false, logLevel: 'error' })).module;
const { readSources } = await load('./scripts/imports.ts');
const { CONCERNS_ALL, touchedTests } = await load('./scripts/touched.ts');
const tests = touchedTests(files, readSources('.', ['src', 'bench', 'scripts']));
const general = files.filter(path => CONCERNS_ALL.test(path));
if (general.length > 0) console.log(`${general.join(', ')} may concern every test: npm test runs them all`);
if (tests.length === 0) {
  console.log(
    files.length === 0 ? '== no unit test run: nothing is changed' : '== no unit test run: none reads what is changed',
  );
  process.exit(sound.every(Boolean) ? 0 : 1);
}

class NearestFirst extends BaseSequencer {
  sort(specs) {
    const place = ({ moduleId }) => tests.findIndex(path => moduleId.endsWith(`/${path}`));
    return Promise.resolve([...specs].sort((a, b) => place(a) - place(b)));
  }
}

// A test may compute for long without a look at the clock: then the process ends here, and its file counts as not run.
const finished = new Map();
const stop = setTimeout(report, Math.max(0, end - Date.now()));
await startVitest('test', tests, {
  watch: false,
  reporters: ['default', { onTestModuleEnd: file => void finished.set(file.relativeModuleId, file) }],
  sequence: { sequencer: NearestFirst },
});
clearTimeout(stop);
report();

function report() {
  const failed = [...finished].filter(([, file]) => !file.ok());
  for (const [path, file] of failed) {
    const told = [...file.children.allTests('failed')].map(
      one => `${one.fullName}: ${one.result().errors?.[0]?.message}`,
    );
    const broken = file.errors().map(({ message }) => message);
    console.error([`== FAILED ${path}`, ...told, ...broken].join('\n   '));
  }
  const missing = tests.filter(path => !finished.has(path));
  console.log(
    `== ${finished.size} of ${tests.length} touched test files run, ${failed.length} failed (${seconds()} s)`,
  );
  if (missing.length > 0)
    console.log(`   not run for lack of time (npm run unit -- FILE… runs them):\n   ${missing.join('\n   ')}`);
  // Without a single test the check has nothing to say about the change.
  const none = finished.size === 0;
  process.exit(failed.length > 0 || none || !sound.every(Boolean) ? 1 : 0);
}
