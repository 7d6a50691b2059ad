// Trains in the built page, headless, and writes the report (JSON and HTML), the model, the validation images' predictions and pictures
// of the places Train and Results:
//   npm run build && npm run train -- --data FILE.zip --size 64 --filters 8 --batch 2 --epochs 20 --out DIR
// A training that was cut, by whatever, goes on with --resume --out DIR to the same numbers. --help lists all options and settings.
// The flags of Chromium come from CHROMIUM_FLAGS (space-separated) where it is set: on a machine with a GPU, for example.
import { readArguments, UsageError, usage } from './train/arguments.mjs';
import { openFolder } from './train/folder.mjs';
import { writeResults, writeRun, writeSweep } from './train/results.mjs';
import { seriesOf, trainSeries } from './train/series.mjs';
import { openStudio } from './train/studio.mjs';
import { problemWatch, seconds, TrainingError, trainRun } from './train/training.mjs';

async function main() {
  const given = readArguments(process.argv.slice(2));
  if (given.help) return console.log(usage);
  const folder = await openFolder(given);
  if (folder.done) return console.log(`The training in ${folder.out} is finished: nothing is left to do.`);
  const { plan } = folder;
  if (!folder.goesOn) await folder.write('command.txt', `npm run train -- ${process.argv.slice(2).join(' ')}\n`);
  const studio = await openStudio(folder.profile, new URLSearchParams(plan.settings));
  try {
    const problems = problemWatch(studio);
    const notices = await studio.look(({ notices }) => notices);
    if (notices.length > 0) throw new TrainingError(notices.join(' | '));
    await problems.fail();
    const base = await studio.look(({ settings }) => settings);
    const until = Date.now() + given.minutes * 60_000;
    const inSeries = seriesOf(plan) !== undefined;
    if (inSeries) await trainSeries(studio, { folder, until, problems });
    const runs = inSeries ? [] : plan.sweep.length > 0 ? plan.sweep : [{ change: {} }];
    for (const [place, { change }] of runs.entries()) {
      if (folder.run(place).done) continue;
      if (Date.now() > until) return console.log(`${seconds()}: the time is over; --resume goes on with the next run`);
      await trainOne(studio, { change, place, folder, base, until, problems });
    }
    console.log(`${seconds()}: written to ${folder.out}`);
  } finally {
    await studio.close();
  }
  await folder.finish();
}

async function trainOne(studio, job) {
  const { folder, place } = job;
  const alone = folder.plan.sweep.length === 0;
  try {
    const kept = await trainRun(studio, job);
    if (alone) await writeResults(studio, folder, kept);
    else await writeRun(studio, folder, kept.id, place + 1);
    await folder.note(place, { done: true, valDice: bestDice(kept), testDice: kept?.test?.meanDice ?? null });
  } catch (thrown) {
    // The next run of a sweep may do better, but not where this one could go on: then the browser has to be started again.
    const goesOn = await studio.look(({ unfinished }) => unfinished.some(({ stopped }) => !stopped));
    if (alone || goesOn || !(thrown instanceof TrainingError)) throw thrown;
    console.error(thrown.message);
    await folder.note(place, { done: true, failed: true, valDice: null, testDice: null });
  }
  if (!alone) await writeSweep(folder);
}

function bestDice(run) {
  return run?.epochs.find(({ epoch }) => epoch === run.bestEpoch)?.valDice ?? null;
}

try {
  await main();
  process.exit(0);
} catch (thrown) {
  if (thrown instanceof UsageError) {
    console.error(
      `${thrown.message}${/[.?]$/.test(thrown.message) ? '' : '.'}\nnpm run train -- --help lists all options.`,
    );
    process.exit(2);
  }
  console.error(thrown instanceof TrainingError ? thrown.message : thrown);
  process.exit(1);
}
