// Several runs that belong together, from the command line: the page's own folds or learning curve, followed and written down.

import { writeRun } from './results.mjs';
import { loadData, seconds, TrainingError } from './training.mjs';

const LOOK_MS = 500;

/** By the plan's key: the page's commands, where its state has them, and what comes out beside the runs' reports. */
const kinds = {
  folds: {
    ...{ word: 'fold', words: 'folds', member: 'fold', state: 'crossValidation' },
    ...{ start: 'startCrossValidation', goOn: 'continueCrossValidation', stop: 'stopCrossValidation' },
    async write(studio, folder, runs) {
      const folds = runs.map(
        ({ fold, name, split, settings, dataset, bestEpoch, epochs, test: { images: _, ...test } }) => ({
          ...{ fold, name, settings, dataset, split },
          ...{
            bestEpoch,
            epochs: epochs.length,
            valDice: epochs.find(({ epoch }) => epoch === bestEpoch)?.valDice ?? null,
          },
          test,
        }),
      );
      await folder.write('folds.json', `${JSON.stringify(folds, null, 2)}\n`);
      await folder.write('held-out.csv', await studio.file('exportHeldOut'));
      const means = folds.map(({ test }) => test.meanDice.toFixed(4)).join(', ');
      if (runs.length < runs[0].split.fold.of) return `held-out mean Dice by fold ${means}`;
      await studio.command('loadEnsemble');
      await folder.write('ensemble.zip', await studio.file('exportModel', 'layers'));
      if (!folder.plan.testAside) return `held-out mean Dice by fold ${means}`;
      await studio.command('runTest');
      const report = await studio.file('exportReport');
      await folder.write('ensemble-report.json', report);
      const { meanDice, networks } = JSON.parse(report).test;
      const alone = networks.map(dice => dice.toFixed(4)).join(', ');
      return `held-out mean Dice by fold ${means}; on the test part ${alone} alone, ${meanDice.toFixed(4)} together`;
    },
  },
  learningCurve: {
    ...{ word: 'size', words: 'sizes', member: 'subset', state: 'learningCurve' },
    ...{ start: 'startLearningCurve', goOn: 'continueLearningCurve', stop: 'stopLearningCurve' },
    async write(studio, folder, runs) {
      await folder.write('learning-curve.json', await studio.file('exportLearningCurve'));
      return `mean Dice by size ${runs.map(({ split, test }) => `${split.train}: ${test.meanDice.toFixed(4)}`).join(', ')}`;
    },
  },
};

export const seriesOf = plan => Object.keys(kinds).find(key => plan[key]);

/** Trains and scores the runs that are left; what was done before is in the browser's list of runs. */
export async function trainSeries(studio, { folder, until, problems }) {
  const { command, look } = studio;
  const key = seriesOf(folder.plan);
  const { word, words, member, state, start, goOn, stop, write } = kinds[key];
  if (!(await look(({ dataset }) => dataset !== null))) await loadData(studio, folder.plan, problems);
  const goesOn = await look(`state => state.${goOn}.refusal(state) === null`);
  await folder.note(0, { begun: true });
  let over = false;
  const going = (goesOn ? command(goOn) : command(start, folder.plan[key], folder.plan.testAside ?? false)).finally(
    () => {
      over = true;
    },
  );
  let told = '';
  let ending = false;
  while (!over) {
    const now = await look(
      `({ run, ${state}: going }) => run && going
        ? { number: going.index + 1, all: going.of, epoch: run.epochs.length, of: run.settings.epochs, state: run.state }
        : null`,
    );
    const text = now ? `${word} ${now.number} of ${now.all}: epoch ${now.epoch} of ${now.of}` : '';
    if (text !== told) console.log(`${seconds()}: ${text}`);
    told = text;
    await problems.print();
    if (Date.now() > until) {
      if (!ending) await command(stop);
      ending = true;
      if (now?.state === 'running') await command('stop');
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
  await going;
  await problems.print();
  if (ending) throw new TrainingError(`the time is over; --resume goes on with the ${words} that are left`);
  const runs = await look(
    `({ keptRuns }) => keptRuns.runs.filter(({ split, test }) => split.${member} && test).map(run => ({ ...run, ${word}: run.split.${member}.index + 1 }))`,
  );
  const of = runs[0]?.split[member].of ?? 0;
  runs.sort((a, b) => a[word] - b[word]);
  for (const run of runs) await writeRun(studio, folder, run.id, run[word]);
  if (runs.length === 0) throw new TrainingError(`no ${word} was scored; --resume goes on`);
  const result = await write(studio, folder, runs);
  if (runs.length < of) throw new TrainingError(`${runs.length} of ${of} ${words} are done; --resume goes on`);
  console.log(`${seconds()}: ${result}`);
}
