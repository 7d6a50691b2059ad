// The folder of a training: what was asked for and how far it came (training.json), the browser's profile while it goes on, which holds the
// pixels and the run's checkpoints, and what comes out in the end.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UsageError } from './arguments.mjs';

const FORMAT = 'lesion-studio-training';

/**
 * Opens DIR for a new training, or to go on. Throws UsageError where it holds another one: nothing that could go on is written over.
 * `progress`: per run of the plan, its id in the browser once it began, and its scores once it is done.
 */
export async function openFolder({ out, resume, plan }) {
  const file = join(out, 'training.json');
  const found = await read(file);
  // Where no run began there is nothing to lose, and nothing to hold on to but what was asked for.
  const before = found && (found.runs.length > 0 || (resume && !plan)) ? found : null;
  if (before && before.state !== 'done' && !resume)
    throw new UsageError(`${out} holds a training that was cut. Add --resume to go on, or choose another folder`);
  if (!before && !plan)
    throw new UsageError(`${out} holds no training to go on with. Give --data and the settings to begin one`);
  if (before && resume && plan && !isDeepStrictEqual(before.plan, plan))
    throw new UsageError(
      `${out} holds a training with other data or settings: ${differences(before.plan, plan)}. Give none with --resume, or choose another folder`,
    );
  const goesOn = Boolean(before && resume);
  const record = goesOn ? before : { format: FORMAT, version: 1, state: 'going', plan, runs: [] };
  const save = async () => {
    // Whole or not at all: a training may be killed at any time.
    await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
    await rename(`${file}.new`, file);
  };
  const profile = join(out, '.browser');
  if (!goesOn) {
    await mkdir(out, { recursive: true });
    await rm(profile, { recursive: true, force: true });
    await save();
  }
  return {
    out,
    profile,
    goesOn,
    plan: record.plan,
    /** Nothing is left to do. */
    done: goesOn && record.state === 'done',
    /** What is known of the run at this place of the plan. */
    run: place => record.runs[place] ?? {},
    async note(place, change) {
      record.runs[place] = { ...record.runs[place], ...change };
      await save();
    },
    /** All is written: the profile, which holds images and checkpoints, goes. */
    async finish() {
      record.state = 'done';
      await save();
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
    /** `name` may be in a folder of its own. */
    async write(name, content) {
      const file = join(out, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    },
  };
}

async function read(file) {
  if (!existsSync(file)) return null;
  let record;
  try {
    record = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new UsageError(`${file} cannot be read. Remove it, or choose another folder`);
  }
  if (record.format !== FORMAT || record.version !== 1)
    throw new UsageError(`${file} is not a training of this version. Choose another folder`);
  return record;
}

function differences(before, now) {
  const flat = ({ settings, ...rest }) => ({ ...settings, ...rest });
  const [a, b] = [flat(before), flat(now)];
  const text = value => (value === undefined ? 'nothing' : JSON.stringify(value));
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter(name => !isDeepStrictEqual(a[name], b[name]))
    .map(name => `${name} is ${text(a[name])} there and ${text(b[name])} here`)
    .join('; ');
}
