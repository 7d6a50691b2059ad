import { expect, test } from 'vitest';
import { defaultSettings } from '../protocol/settings.ts';
import { datasetOf } from '../testing/dataset.ts';
import { type Action, sentence } from './action.ts';
import { createStudio } from './create-studio.ts';
import { newRun } from './run/run-events.ts';

const none = () => {
  throw new Error('a worker was asked');
};
const dataset = datasetOf(['A', 'B', 'C']);
const split = { seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 }, train: [0], validation: [1], test: [2] };
const run = newRun({ runId: 'r', settings: defaultSettings, dataset, split }, null);

const studioWith = (state: object) => {
  const studio = createStudio({ starters: { ingest: none, training: none } });
  studio.setState({ dataset, currentSplit: split, ...state });
  return studio;
};

/** Actions, each with a state in which it cannot act, and arguments. */
const refused: [name: string, state: object, args: unknown[], why: RegExp][] = [
  ['useFiles', { run }, [[]], /A run is using the data set/],
  ['useDemoData', { ingest: { phase: 'listing', done: 0, total: 0 } }, [], /Files are being read/],
  ['useLastData', { run }, [], /A run is using the data set/],
  ['invertMasks', { run }, [true], /A run is using the data set/],
  ['invertMasks', { datasetAsRead: null }, [true], /files of this data set are not at hand/],
  ['chooseLesionColour', {}, [[255, 0, 0, 255]], /No mask needs a choice of colour/],
  ['pairByHand', {}, [null], /files of this data set are not at hand/],
  ['leaveOut', { datasetAsRead: null }, ['A', true], /files of this data set are not at hand/],
  ['correctMask', { datasetAsRead: null }, ['A'], /files of this data set are not at hand/],
  [
    'saveMask',
    { datasetAsRead: {}, ingest: { phase: 'listing', done: 0, total: 0 } },
    ['A', new Uint8Array(), { kind: 'hand' }],
    /being read/,
  ],
  ['exportDataSet', { datasetAsRead: {}, exporting: { done: 0, total: 1 } }, [], /data set is being exported/],
  ['startReview', { datasetAsRead: {} }, [], /which masks to look at first/],
  ['reviewOutlines', {}, [[0]], /Nothing is outlined yet/],
  ['correctOutline', {}, [0], /Nothing is outlined yet/],
  ['saveOutline', {}, [0, new Uint8Array(), { kind: 'hand' }], /Nothing is outlined yet/],
  ['continueReview', { datasetAsRead: {} }, [], /No pair of a review queue is left/],
  ['reviewSuspects', { datasetAsRead: {} }, [], /No fold of this data set was scored yet/],
  ['startCrossValidation', { device: {}, run }, [5], /A run is going on/],
  [
    'startCrossValidation',
    { device: {}, crossValidation: { id: 'c', of: 5, index: 0, going: true } },
    [5],
    /A cross-validation is going on/,
  ],
  [
    'startSweep',
    { crossValidation: { id: 'c', of: 5, index: 0, going: true } },
    [[]],
    /A cross-validation is going on/,
  ],
  ['continueCrossValidation', { device: {} }, [], /No fold of this data set is left/],
  ['loadEnsemble', {}, [], /Not all folds are trained and kept/],
  [
    'trainOn',
    { device: {}, model: { arch: defaultSettings.arch, filters: defaultSettings.filters, networks: 5 } },
    [],
    /an ensemble, and a run trains one network/,
  ],
  ['stopCrossValidation', {}, [], /No cross-validation is going on/],
  [
    'startLearningCurve',
    { device: {}, learningCurve: { id: 'c', of: 5, index: 0, going: true } },
    [],
    /A learning curve is going on/,
  ],
  ['continueLearningCurve', { device: {} }, [], /No size of a learning curve of this data set is left/],
  ['stopLearningCurve', {}, [], /No learning curve is going on/],
  ['importSplit', { dataset: null }, [new File([], 'split.json')], /There is no data set yet/],
  ['startTraining', {}, [], /device is still being looked for/],
  ['startTraining', { device: null }, [], /There is no device to train on/],
  ['startTraining', { run }, [], /A run is going on/],
  ['startTraining', { currentSplit: null }, [], /There is no data set yet/],
  [
    'startTraining',
    { device: {}, settingDrafts: { size: { text: '50', label: 'Image size', value: 64, error: 'a multiple of 16' } } },
    [],
    /Image size cannot be “50”/,
  ],
  ['trainOn', { device: {} }, [], /There is no model yet/],
  ['trainOn', { device: {}, model: { arch: 'basic-unet', filters: 4 } }, [], /other layers: basic-unet, 4/],
  ['continueRun', { run }, ['r'], /A run is going on/],
  ['estimateRun', { device: {}, run }, [], /A run is going on/],
  ['estimateRun', { device: {}, outlining: { done: 0, total: 1 } }, [], /Images are being outlined/],
  ['restoreDiscarded', {}, [], /No discarded run can be brought back/],
  ['pause', {}, [], /The run is not running/],
  ['resume', { run: { ...run, state: 'running' } }, [], /The run is not paused/],
  ['stop', {}, [], /No run is going on/],
  ['stop', { run: { ...run, state: 'finishing' } }, [], /ending already/],
  ['runTest', {}, [], /There is no model yet/],
  ['scoreAll', { model: {}, testing: { done: 0, total: 1 } }, [], /Images are being scored/],
  ['exportModelFor', {}, ['huggingFace'], /There is no model yet/],
  ['exportForNnunet', { dataset: null }, [], /There is no data set yet/],
  ['measureGains', { model: {}, dataset: null }, [], /There is no data set yet/],
  ['exportHeldOutMasks', {}, [], /No fold of this data set is scored/],
  ['exportMasks', { model: {} }, [50], /Nothing was scored yet/],
  ['picture', { run }, ['A'], /A run is going on/],
  ['outlineImages', { model: {}, outlining: { done: 0, total: 1 } }, [[]], /Images are being outlined/],
  ['addOutlines', {}, [[0], 'train'], /Nothing is outlined yet/],
  ['trainOnCorrections', { device: {}, dataset: {} }, ['new'], /No mask of this data set was corrected/],
  [
    'trainOnCorrections',
    { device: {}, dataset: { corrected: [{}] } },
    ['pretrained'],
    /The pre-trained model has other layers: improved-unet, 8 base filters/,
  ],
  ['trainOnCorrections', { device: {}, dataset: { corrected: [{}] } }, ['current'], /There is no model yet/],
  [
    'addPairs',
    { dataset: { maskReading: { invert: true } }, datasetAsRead: {} },
    [[], 'train'],
    /press Export data set/,
  ],
  ['addPairs', { run }, [[], 'train'], /A run is using the data set/],
  ['saveModel', {}, ['name'], /There is no model yet/],
  ['exportModel', {}, ['onnx'], /There is no model yet/],
  ['loadModel', { run }, ['name'], /A run is going on/],
  ['importModel', { run }, [[]], /A run is going on/],
  ['loadPretrained', { run }, [], /A run is going on/],
  ['loadRun', { keptRuns: { runs: [{ id: 'r', bytes: 0 }], unreadable: 0 } }, ['r'], /No weights are kept/],
  ['deleteRun', { run }, ['r'], /A run is going on/],
  ['runPictures', { dataset: null }, ['r', []], /There is no data set yet/],
  ['startSweep', { sweep: { going: true, runs: [] } }, [[]], /A sweep is going on/],
  ['stopSweep', {}, [], /No sweep is going on/],
  ['previewAugmentation', { run }, [1], /A run is going on/],
  ['chooseEngine', { run }, ['cpu'], /A run is going on/],
  ['useGivenSplit', { dataset: null }, [], /There is no data set yet/],
  [
    'exportRunReport',
    { keptRuns: { runs: [{ id: 'r', dataset: { hash: 'other' } }], unreadable: 0 } },
    ['r'],
    /data set of this run is not at hand/,
  ],
  ['exportReport', { dataset: null }, [], /nothing to report/],
  ['eraseEverything', { run }, [], /A run is going on/],
];

test.each(refused)('%s says why it cannot act, and does not', async (name, state, args, why) => {
  const studio = studioWith(state);
  const act = (studio.getState() as unknown as Record<string, Action<unknown[], unknown>>)[name]!;
  const found = act.refusal(studio.getState(), ...args);
  expect(found && sentence(found)).toMatch(why);
  await act(...args);
  expect(studio.getState().problems.map(({ error }) => sentence(error))).toEqual([found && sentence(found)]);
});

test('every action that can be refused is tried above', () => {
  const actions = Object.entries(studioWith({}).getState()).filter(
    ([, value]) => typeof value === 'function' && 'refusal' in value,
  );
  const tried = new Set(refused.map(([name]) => name));
  expect(actions.map(([name]) => name).filter(name => !tried.has(name))).toEqual(['exportHtml']);
});

test('another run may be deleted while one goes on', () => {
  const { deleteRun } = studioWith({ run }).getState();
  expect(deleteRun.refusal(studioWith({ run }).getState(), 'older')).toBeNull();
});
