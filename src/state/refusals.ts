/** What can stand in an action's way. */
import type { ErrorCode } from '../protocol/errors.ts';
import { isActive } from '../protocol/run.ts';
import type { Refusal } from './action.ts';
import type { StudioState } from './studio-state.ts';

type Check = (state: StudioState) => Refusal | null;

/** A run is going on, even if it is paused. Settings, data and model must not change then. */
export function runGoingOn({ run }: Pick<StudioState, 'run'>): boolean {
  return run !== null && isActive(run.state);
}

function where(holds: (state: StudioState) => boolean, refusal: Refusal): Check {
  return state => (holds(state) ? refusal : null);
}

function refusal(code: ErrorCode, happened: string, remedy: string): Refusal {
  return { code, happened, remedy };
}

export const running = where(
  runGoingOn,
  refusal('wrong-state', 'A run is going on', 'stop it, or wait until it is done'),
);
export const runUsesData = where(
  runGoingOn,
  refusal('wrong-state', 'A run is using the data set', 'stop the run before loading other files'),
);
export const runUsesModel = where(
  runGoingOn,
  refusal('wrong-state', 'A run is going on', 'stop it before loading a model'),
);
/** Of several runs, whose next one begins by itself. */
export const queueGoing: Check = ({ sweep, crossValidation, learningCurve }) => {
  const what =
    (sweep?.going && 'sweep') ||
    (crossValidation?.going && 'cross-validation') ||
    (learningCurve?.going && 'learning curve');
  return what ? refusal('wrong-state', `A ${what} is going on`, 'stop it first') : null;
};
export const noRun = where(
  state => !runGoingOn(state),
  refusal('wrong-state', 'No run is going on', 'press Start training first'),
);
export const reading = where(
  ({ ingest }) => ingest !== null,
  refusal('wrong-state', 'Files are being read', 'wait until they are, or press Cancel'),
);
export const testing = where(
  ({ testing }) => testing !== null,
  refusal('wrong-state', 'Images are being scored', 'wait until that is done'),
);
export const outlining = where(
  ({ outlining }) => outlining !== null,
  refusal('wrong-state', 'Images are being outlined', 'wait, or press Cancel outlining'),
);
export const noData = where(
  ({ dataset }) => dataset === null,
  refusal('dataset-missing', 'There is no data set yet', 'load one under Data'),
);
export const filesNeeded = refusal('dataset-missing', 'The files of this data set are not at hand', 'drop them again');
export const noFiles = where(({ datasetAsRead }) => datasetAsRead === null, filesNeeded);
export const noMaskQuestion = where(
  ({ maskQuestion }) => maskQuestion === null,
  refusal('wrong-state', 'No mask needs a choice of colour', 'drop the files again'),
);
export const noSplit = where(
  ({ dataset, currentSplit }) => dataset === null || currentSplit === null,
  refusal('dataset-missing', 'There is no data set yet', 'load one under Data'),
);
export const noModel = where(
  ({ model }) => model === null,
  refusal('no-model', 'There is no model yet', 'train one, or load one under Models'),
);
export const badFields: Check = ({ settingDrafts }) => {
  const bad = Object.values(settingDrafts).find(({ error }) => error !== null);
  return bad ? refusal('bad-settings', `${bad.label} cannot be “${bad.text}”`, 'put the field right first') : null;
};
export const noDevice: Check = ({ device }) => {
  if (device) return null;
  return device === null ? noDeviceFound : deviceAwaited;
};
const noDeviceFound = refusal('no-webgpu', 'There is no device to train on', 'see the note at the top');
const deviceAwaited = refusal('wrong-state', 'The device is still being looked for', 'wait a moment');

/** The first that stands in the way. */
export function anyOf(...checks: readonly Check[]): Check {
  return state => {
    for (const check of checks) {
      const found = check(state);
      if (found) return found;
    }
    return null;
  };
}
