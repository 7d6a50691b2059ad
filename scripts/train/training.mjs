// One run of a plan, from wherever it stands to its test.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

const HOUR = 3_600_000;
/** Longer than it takes the page to take a run up again after a failure. */
const GIVEN_UP_MS = 15_000;
const LOOK_MS = 500;

export const seconds = () => `${(performance.now() / 1000).toFixed(0)} s`;
const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Something that the page told: the run cannot go on. */
export class TrainingError extends Error {}

/** Prints each problem of the page once; `fail` throws the new ones. */
export function problemWatch(studio) {
  const known = new Set();
  const look = async () => {
    const fresh = (await studio.look(({ problems }) => problems.map(({ id, error }) => ({ id, error })))).filter(
      ({ id }) => !known.has(id),
    );
    for (const { id } of fresh) known.add(id);
    return fresh.map(({ error }) => `${error.happened}: ${error.remedy}.`);
  };
  return {
    async print() {
      for (const told of await look()) console.error(`alert: ${told}`);
    },
    async fail() {
      const told = await look();
      if (told.length > 0) throw new TrainingError(told.join(' | '));
    },
  };
}

/** Reads the data and divides them as the plan says. */
export async function loadData(studio, plan, problems) {
  const { page, command, look } = studio;
  if (plan.data.length > 0) {
    await page.getByLabel('Dataset files').setInputFiles(plan.data);
    await page.waitForFunction(
      () => {
        const { dataset, currentSplit, ingest, problems } = window.studio.store.getState();
        return (dataset && currentSplit && !ingest) || problems.length > 0;
      },
      null,
      { timeout: HOUR },
    );
  } else await command('useDemoData');
  await problems.fail();
  console.log(`${seconds()}: ${await look(({ dataset }) => dataset.ids.length)} pairs`);
  if (plan.shares) await command('changeSplit', { ratios: plan.shares });
  if (plan.split) {
    const given = [basename(plan.split), await readFile(plan.split, 'utf8')];
    await page.evaluate(
      ([name, text]) => window.studio.commands.importSplit(new File([text], name, { type: 'application/json' })),
      given,
    );
  }
  await problems.fail();
  const parts = await look(({ currentSplit: { train, validation, test } }) =>
    [train, validation, test].map(part => part.length),
  );
  console.log(`${seconds()}: train ${parts[0]} · validation ${parts[1]} · test ${parts[2]}`);
}

/** Makes the model that the plan begins with the current one; false where it begins with new weights. */
async function loadBase({ page, command }, plan, problems) {
  if (!plan.pretrained && !plan.from) return false;
  if (plan.pretrained) await command('loadPretrained');
  else {
    const given = [basename(plan.from), await readFile(plan.from, 'base64')];
    await page.evaluate(([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), one => one.charCodeAt(0));
      return window.studio.commands.importModel([new File([bytes], name)]);
    }, given);
  }
  await problems.fail();
  return true;
}

/**
 * Trains and tests the run at `place`. It goes on with the browser's checkpoint where there is one, takes the run as it is where it is
 * done, and begins it otherwise. Returns what the browser's list of runs has of it.
 */
export async function trainRun(studio, { change, place, folder, base, until, problems }) {
  const { command, look } = studio;
  // One that `--minutes` stopped is done.
  const unfinished = await look(({ unfinished }) => {
    const first = unfinished.find(({ stopped }) => !stopped);
    return first && { id: first.run.runId, epochs: first.epochs.length, step: first.step };
  });
  const hasData = () => look(({ dataset }) => dataset !== null);
  const { id: known } = folder.run(place);
  const ended = await keptRun(studio, known);
  if (unfinished) {
    console.log(`${seconds()}: goes on after epoch ${unfinished.epochs}, step ${unfinished.step}`);
    await command('continueRun', unfinished.id);
    await problems.fail();
    await folder.note(place, { id: unfinished.id });
    await follow(studio, until, problems);
  } else if (ended && ended.state !== 'going' && ended.state !== 'failed') {
    console.log(`${seconds()}: trained already, ${ended.epochs.length} epochs`);
    if (!(await hasData())) await loadData(studio, folder.plan, problems);
    await command('loadRun', known);
    await problems.fail();
  } else {
    if (!(await hasData())) await loadData(studio, folder.plan, problems);
    const wrong = await command('changeSettings', { ...base, ...change });
    if (wrong) throw new TrainingError(`${JSON.stringify(change)}: ${wrong}`);
    const goesOnFrom = await loadBase(studio, folder.plan, problems);
    const before = await look(({ run }) => run?.id);
    await folder.note(place, { begun: true });
    await command(goesOnFrom ? 'trainOn' : 'startTraining');
    const begun = await look(({ run }) => run?.id);
    if (begun === undefined || begun === before) await problems.fail();
    await folder.note(place, { id: begun });
    await follow(studio, until, problems);
  }
  if (!(await look(({ model }) => model !== null))) throw new TrainingError('the run ended without a model');
  await command('runTest');
  await problems.print();
  if (!(await look(({ results }) => results.test !== null))) throw new TrainingError('the test gave no scores');
  return keptRun(studio, folder.run(place).id);
}

export async function keptRun(studio, id) {
  return (await studio.look(({ keptRuns }) => keptRuns.runs)).find(run => run.id === id);
}

/** Prints each epoch until the run is over, and stops it in time. */
async function follow(studio, until, problems) {
  let told = 0;
  let failedAt = null;
  let kept = '';
  for (;;) {
    const run = await studio.page.evaluate(told => {
      const { id, state, epochs, keptEpoch, keptStep, settings } = window.studio.store.getState().run ?? {};
      return { id, state, keptEpoch, keptStep, of: settings?.epochs, epochs: epochs?.slice(told) ?? [] };
    }, told);
    for (const { epoch, loss, dice, valLoss, valDice, seconds: taken } of run.epochs) {
      const scores = `loss ${loss.toFixed(4)} Dice ${dice.toFixed(4)} · validation loss ${valLoss.toFixed(4)} Dice ${valDice.toFixed(4)}`;
      console.log(`${seconds()}: epoch ${epoch} of ${run.of} · ${scores} · ${taken.toFixed(1)} s`);
    }
    told += run.epochs.length;
    const keptNow = run.keptEpoch + run.keptStep > 0 ? `epoch ${run.keptEpoch}, step ${run.keptStep}` : '';
    if (keptNow !== kept && run.keptStep > 0) console.log(`${seconds()}: kept up to ${keptNow}`);
    kept = keptNow;
    await problems.print();
    if (run.state === 'done') return;
    if (run.state !== 'failed') failedAt = null;
    else {
      failedAt ??= Date.now();
      if (Date.now() - failedAt > GIVEN_UP_MS)
        throw new TrainingError('the run was ended by a failure; --resume goes on from what was kept');
    }
    if (Date.now() > until && run.state === 'running') await studio.command('stop');
    await wait(LOOK_MS);
  }
}
