/** What is kept: the list of runs, the saved models, and what of it could be dropped where the storage is full. */
import * as v from 'valibot';
import { type Commands, command } from './contract.ts';
import { datasetSummary, lastData, split } from './dataset.ts';
import { keptRuns } from './kept-runs.ts';
import { modelInfo, savedModel } from './model.ts';
import { modelFormats } from './model-formats.ts';
import { review } from './review.ts';
import { nothing, ownBytes, whole } from './schemas.ts';
import { cleanupKind, cleanupReport } from './storage-cleanup.ts';
import { storagePlace } from './storage-place.ts';
import { triptych } from './triptych.ts';

const ofRun = v.object({ runId: v.string() });
const ofModel = v.object({ name: v.string() });

export const library = {
  listRuns: command({ args: nothing, reply: keptRuns }),
  describeRun: command({ args: v.object({ ...ofRun.entries, name: v.string(), note: v.string() }), reply: nothing }),
  deleteRun: command({ args: ofRun, reply: nothing }),
  /** Restores the run deleted last, while this worker lives. */
  restoreRun: command({ args: nothing, reply: nothing }),
  /**
   * Reports and models that were made elsewhere, as runs; `weights`: of how many. A model goes to the report that tells of it. All of the files
   * come in, or none.
   */
  importRuns: command({
    args: v.object({ files: v.array(v.instance(File)) }),
    reply: v.object({ runs: whole, weights: whole }),
  }),
  /** Makes a kept run's best weights the current model. */
  loadRun: command({ args: ofRun, reply: modelInfo }),
  /**
   * Makes several kept runs' best weights, of one network and preparation, the current model: an ensemble. Throws AppError 'other-network' where they
   * do not go together, 'no-model' where one's weights are not kept.
   */
  loadEnsemble: command({ args: v.object({ runIds: v.array(v.string()) }), reply: modelInfo }),
  /** One image of the data set, predicted by a kept run's best weights; the current model stays. */
  runPicture: command({
    args: v.object({ ...ofRun.entries, dataset: datasetSummary, index: whole }),
    reply: triptych,
  }),
  /** Masks of images of the data set, each by the kept run that is named with them, as one zip; the current model stays. */
  runMasks: command({
    args: v.object({
      dataset: datasetSummary,
      parts: v.array(v.object({ ...ofRun.entries, places: v.array(whole) })),
    }),
    reply: ownBytes,
    handsBack: zip => [zip.buffer],
  }),
  /** The newest first. */
  listModels: command({ args: nothing, reply: v.array(savedModel) }),
  /** The current model. */
  saveModel: command({ args: v.object({ ...ofModel.entries, overwrite: v.boolean() }), reply: nothing }),
  renameModel: command({ args: v.object({ ...ofModel.entries, to: v.string() }), reply: nothing }),
  deleteModel: command({ args: ofModel, reply: nothing }),
  /** Restores the model deleted last, while this worker lives. */
  restoreModel: command({ args: nothing, reply: nothing }),
  /** Makes a saved model the current one. */
  loadModel: command({ args: ofModel, reply: modelInfo }),
  /** The current model as a file. */
  exportModel: command({
    args: v.object({ as: v.picklist(modelFormats) }),
    reply: ownBytes,
    handsBack: file => [file.buffer],
  }),
  /** A zip, or model.json with weights.bin; makes it the current model. */
  importModel: command({ args: v.object({ files: v.array(v.instance(File)) }), reply: modelInfo }),
  /** Where all this is kept. */
  storagePlace: command({ args: nothing, reply: storagePlace }),
  /** The data set in use, for a later visit. */
  rememberData: command({ args: v.object({ cacheId: v.string(), split }), reply: nothing }),
  /** The one that `data.takeLast` would load; null where there is none. */
  lastData: command({ args: nothing, reply: v.nullable(lastData) }),
  /** How far looking through pairs came, for a later visit. */
  keepReview: command({ args: v.object({ review }), reply: nothing }),
  /** The one that is kept of these images; null where none is. `dataset`: their hash with the masks as they came. */
  keptReview: command({ args: v.object({ dataset: v.string() }), reply: v.nullable(review) }),
  /** What could be dropped to make room. */
  cleanupReport: command({ args: nothing, reply: cleanupReport }),
  cleanUp: command({ args: v.object({ kinds: v.array(cleanupKind) }), reply: nothing }),
} satisfies Commands;

/** The current model changed: another best epoch, a loaded model, or none. */
export const libraryEvent = v.object({ type: v.literal('model'), model: v.nullable(modelInfo) });
export type LibraryEvent = v.InferOutput<typeof libraryEvent>;
