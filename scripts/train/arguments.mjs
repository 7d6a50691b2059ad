// The command line of npm run train. Settings are those of the page, by their names in its address: none is listed here.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from './load.mjs';

const { settingRecords } = await load('protocol/settings.ts');
const { nearestName, readSetting } = await load('protocol/setting-values.ts');
const { foldRange } = await load('state/data/folds.ts');
const { parseSweep } = await load('state/run/sweep.ts');
const { rangeText } = await load('ui/settings/words.ts');
const { settingTexts } = await load('ui/settings/texts.ts');

const own = {
  data: { type: 'string', multiple: true },
  out: { type: 'string' },
  resume: { type: 'boolean' },
  minutes: { type: 'string' },
  sweep: { type: 'string', multiple: true },
  folds: { type: 'string' },
  'test-aside': { type: 'boolean' },
  'learning-curve': { type: 'boolean' },
  shares: { type: 'string' },
  split: { type: 'string' },
  pretrained: { type: 'boolean' },
  from: { type: 'string' },
  help: { type: 'boolean' },
};
const options = {
  ...own,
  ...Object.fromEntries(Object.keys(settingRecords).map(name => [name, { type: 'string' }])),
};

/** What is wrong with the command line: told to the person, with the usage. */
export class UsageError extends Error {}

export const usage = `usage: npm run train -- --data FILE.zip --out DIR [--size 64 --filters 8 --batch 2 --epochs 20 …]

  --data FILE      a zip, or several; without it the demo data
  --out DIR        where report, model and pictures are written
  --resume         goes on in DIR from where it was cut
  --minutes N      stops the run after that time
  --sweep LINES    'lr = 0.001, 0.0005; seed = 1, 2': trains and tests every combination
  --folds K        k-fold cross-validation: every image is held out once
  --test-aside     with --folds: keeps the test part out of all folds, to test their ensemble on it
  --learning-curve trains on 10, 20, 40, 80 and 100 % of the training part
  --shares A,B,C   the parts' shares: training, validation, test
  --split FILE     a split that the page exported
  --pretrained     begins with the weights of the model that comes with the page
  --from FILE      begins with the weights of a model that the page or --out wrote (model.zip)

Settings, each with its range and default:

${Object.entries(settingRecords)
  .map(
    ([name, record]) =>
      `  --${name.padEnd(15)} ${settingTexts[name].label}: ${rangeText(record)} (${String(record.default)})`,
  )
  .join('\n')}`;

/**
 * `plan`: all that decides what is trained, as plain data; null where only --resume is asked for. Throws UsageError before anything
 * is begun: for a name that does not exist with the nearest one, for a value with its range.
 */
export function readArguments(argv) {
  const values = parse(argv);
  if (values.help) return { help: true };
  if (!values.out)
    throw new UsageError('--out DIR is missing: the folder that report, model and pictures are written to');
  const settings = Object.entries(values).filter(([name]) => Object.hasOwn(settingRecords, name));
  for (const [name, text] of settings) {
    const read = readSetting(name, text);
    if ('wrong' in read) throw new UsageError(`--${name} ${text} does not do: ${read.wrong}`);
  }
  const plan = {
    settings: Object.fromEntries(settings.sort(([a], [b]) => (a < b ? -1 : 1))),
    data: (values.data ?? []).map(file => resolve(file)),
    shares: values.shares === undefined ? null : readShares(values.shares),
    split: values.split === undefined ? null : resolve(values.split),
    sweep: (values.sweep ?? []).flatMap(readSweep),
    pretrained: values.pretrained ?? false,
    ...(values.from === undefined ? {} : { from: resolve(values.from) }),
    ...(values.folds === undefined ? {} : { folds: readFolds(values.folds) }),
    ...(values['test-aside'] ? { testAside: true } : {}),
    ...(values['learning-curve'] ? { learningCurve: true } : {}),
  };
  if (plan.folds && (plan.sweep.length > 0 || plan.split || plan.pretrained || plan.from))
    throw new UsageError('--folds goes with none of --sweep, --split, --pretrained and --from');
  if (plan.pretrained && plan.from) throw new UsageError('--pretrained and --from exclude each other');
  if (plan.testAside && !plan.folds) throw new UsageError('--test-aside goes with --folds');
  if (plan.learningCurve && (plan.folds || plan.sweep.length > 0 || plan.pretrained || plan.from))
    throw new UsageError('--learning-curve goes with none of --folds, --sweep, --pretrained and --from');
  const missing = [...plan.data, plan.split, plan.from ?? null].find(file => file !== null && !existsSync(file));
  if (missing && !values.resume) throw new UsageError(`${missing} is not there`);
  const said = Object.keys(values).some(name => !['out', 'resume', 'minutes'].includes(name));
  return {
    help: false,
    out: resolve(values.out),
    resume: values.resume ?? false,
    minutes: values.minutes === undefined ? Number.POSITIVE_INFINITY : readMinutes(values.minutes),
    plan: values.resume && !said ? null : plan,
  };
}

function parse(argv) {
  const { tokens } = parseArgs({ args: argv, options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') throw new UsageError(`“${token.value}” belongs to no option`);
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue;
    throw new UsageError(
      `${token.rawName} is not an option. Did you mean --${nearestName(token.name, Object.keys(own))}?`,
    );
  }
  try {
    return parseArgs({ args: argv, options }).values;
  } catch (thrown) {
    throw new UsageError(thrown.message);
  }
}

function readMinutes(text) {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new UsageError(`--minutes ${text} does not do: it must be a number above 0`);
  return minutes;
}

function readFolds(text) {
  const folds = Number(text);
  const { least, most } = foldRange;
  if (!(Number.isInteger(folds) && folds >= least && folds <= most))
    throw new UsageError(`--folds ${text} does not do: a whole number from ${least} to ${most}`);
  return folds;
}

function readShares(text) {
  const shares = text.split(',').map(Number);
  if (shares.length !== 3 || !shares.every(share => share > 0 && share <= 1))
    throw new UsageError(`--shares ${text} does not do: three numbers above 0, up to 1, such as 0.8,0.1,0.1`);
  const [train, validation, test] = shares;
  return { train, validation, test };
}

/** The runs of a sweep, each with what it has otherwise. */
function readSweep(text) {
  const parsed = parseSweep(text.replaceAll(';', '\n'));
  if ('error' in parsed) throw new UsageError(`--sweep '${text}' does not do: ${parsed.error}`);
  return parsed.runs.map(change => ({ sweep: text, change }));
}
