// A cross-validation from the command line: the page's own, followed and written down.
import { loadData, seconds, TrainingError } from './training.mjs';

const LOOK_MS = 500;

/** Trains and scores the folds that are left; what was done before is in the browser's list of runs. */
export async function crossValidate(studio, { folder, until, problems }) {
  const { command, look } = studio;
  const { folds: of } = folder.plan;
  if (!(await look(({ dataset }) => dataset !== null))) await loadData(studio, folder.plan, problems);
  const goesOn = await look(({ keptRuns, dataset, unfinished }) =>
    [...keptRuns.runs, ...unfinished.map(({ run }) => ({ ...run, dataset: run.dataset }))].some(
      ({ split, dataset: { hash } }) => split.fold && hash === dataset.hash,
    ),
  );
  await folder.note(0, { begun: true });
  let over = false;
  const going = (goesOn ? command('continueCrossValidation') : command('startCrossValidation', of)).finally(() => {
    over = true;
  });
  let told = '';
  while (!over) {
    const now = await look(({ run, crossValidation }) =>
      run && crossValidation
        ? { fold: crossValidation.index + 1, epoch: run.epochs.length, of: run.settings.epochs, state: run.state }
        : null,
    );
    const text = now ? `fold ${now.fold} of ${of}: epoch ${now.epoch} of ${now.of}` : '';
    if (text !== told) console.log(`${seconds()}: ${text}`);
    told = text;
    await problems.print();
    if (Date.now() > until) {
      await command('stopCrossValidation');
      if (now?.state === 'running') await command('stop');
      throw new TrainingError('the time is over; --resume goes on with the folds that are left');
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
  await going;
  await problems.print();
  const kept = await look(({ keptRuns }) => keptRuns.runs.filter(({ split }) => split.fold));
  const folds = kept
    .filter(({ test }) => test)
    .map(({ name, split, settings, dataset, bestEpoch, epochs, test: { images: _, ...test } }) => ({
      ...{ fold: split.fold.index + 1, name, settings, dataset, split },
      ...{
        bestEpoch,
        epochs: epochs.length,
        valDice: epochs.find(({ epoch }) => epoch === bestEpoch)?.valDice ?? null,
      },
      test,
    }))
    .sort((a, b) => a.fold - b.fold);
  await folder.write('folds.json', `${JSON.stringify(folds, null, 2)}\n`);
  await folder.write('held-out.csv', await studio.file('exportHeldOut'));
  if (folds.length < of) throw new TrainingError(`${folds.length} of ${of} folds are done; --resume goes on`);
  const means = folds.map(({ test }) => test.meanDice);
  console.log(`${seconds()}: held-out mean Dice by fold ${means.map(mean => mean.toFixed(4)).join(', ')}`);
}
