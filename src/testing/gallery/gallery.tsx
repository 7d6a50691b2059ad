/** Each panel of the page in its states: the one list that the gallery page shows and its test goes through. */
import type { ReactNode } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import { createStudio } from '../../state/create-studio.ts';
import type { Studio } from '../../state/studio.ts';
import type { StudioState } from '../../state/studio-state.ts';
import { Curves } from '../../ui/curves/curves.tsx';
import { DataPlace } from '../../ui/data/data-place.tsx';
import { DatasetWorkspace } from '../../ui/data/dataset-workspace.tsx';
import { InspectPanel } from '../../ui/inspect/inspect-panel.tsx';
import { ModelsPlace } from '../../ui/models/models-place.tsx';
import { ResultsPlace } from '../../ui/results/results-place.tsx';
import { Scores } from '../../ui/results/scores.tsx';
import { Comparison } from '../../ui/runs/comparison.tsx';
import { PairedPanel } from '../../ui/runs/paired-panel.tsx';
import { RunPage } from '../../ui/runs/run-page.tsx';
import { RunsPane } from '../../ui/runs/runs-pane.tsx';
import { RunsTable } from '../../ui/runs/runs-table.tsx';
import { SeedsPanel } from '../../ui/runs/seeds-panel.tsx';
import { SettingsForm } from '../../ui/settings/settings-form.tsx';
import { Notices, Problems } from '../../ui/shared/problems.tsx';
import { DeviceChip } from '../../ui/shell/device-chip.tsx';
import { NoWebgpu } from '../../ui/shell/no-webgpu.tsx';
import { RunBar } from '../../ui/shell/run-bar.tsx';
import { StudioProvider } from '../../ui/studio-context.ts';
import { Predictions } from '../../ui/train/predictions.tsx';
import { StartPanel } from '../../ui/train/start-panel.tsx';
import { UnfinishedRuns } from '../../ui/train/unfinished-runs.tsx';
import { madePlan, networkPlan } from '../made-plan.ts';
import { picture, type StateName, states, twins } from './made-up.ts';

export interface GalleryEntry {
  readonly panel: string;
  readonly state: string;
  /** A few words that this panel shows in this state and not in its others. */
  readonly tells: string;
  readonly element: ReactNode;
}

/** A panel that takes all it shows from the store, in some of its states, each with words that tell it. */
function panel(name: string, element: ReactNode, told: Partial<Record<StateName, string>>): GalleryEntry[] {
  return Object.entries(told).map(([state, tells]) => ({
    panel: name,
    state,
    tells,
    element: <StudioProvider store={storeIn(state as StateName)}>{element}</StudioProvider>,
  }));
}

const silent = { postMessage: () => {}, terminate: () => {}, onmessage: null, onerror: null };

/** A store that is in this state and whose workers never answer; pictures are made up. */
function storeIn(state: StateName): StoreApi<Studio> {
  const store = createStudio({ starters: { training: () => ({ ...silent }), ingest: () => ({ ...silent }) } });
  const shown: Partial<StudioState> = states[state];
  store.setState({ ...shown, picture: Object.assign(async () => picture(17, 3), { refusal: () => null }) });
  // Drawn as text, React takes a store's first state for its present one.
  return { ...store, getInitialState: store.getState };
}

const nothing = () => {};
const { runs: keptRuns } = states['models and runs kept'].keptRuns;
const inspector = (state: string, tells: string, plan: Parameters<typeof InspectPanel>[0]['plan']): GalleryEntry => ({
  ...{ panel: 'Inspector', state, tells },
  element: <InspectPanel plan={plan} onRefresh={nothing} onTime={nothing} />,
});

export const gallery: readonly GalleryEntry[] = [
  ...panel('Device', <DeviceChip />, { 'just opened': 'Made-up GPU' }),
  ...panel('No WebGPU', <NoWebgpu />, { 'without a GPU': 'WebGPU' }),
  ...panel('Problems', <Problems />, { 'two problems': 'The graphics device was lost' }),
  ...panel('Notices', <Notices />, { 'two problems': 'epochs=abc' }),
  ...panel('Data', <DataPlace />, {
    'just opened': 'Use demo data',
    'kept from before': 'Use last data',
    'reading files': 'Cancel',
  }),
  ...panel('Data set', <DatasetWorkspace />, { 'data loaded': 'Shorter side, px' }),
  ...panel('Settings', <SettingsForm />, { 'data loaded': 'Base filters' }),
  ...panel(
    'Run',
    <>
      <RunBar />
      <StartPanel />
    </>,
    {
      'data loaded': 'Start training',
      preparing: 'Stop',
      'in its fifth epoch': 'Epoch 5',
      paused: 'Resume',
      'run done': 'Finished after 12 epochs',
      'run failed': 'Stopped by an error after epoch 4',
    },
  ),
  ...panel('Unfinished runs', <UnfinishedRuns />, { interrupted: 'Continue' }),
  ...panel('Curves', <Curves />, { 'in its fifth epoch': 'Dice', 'run done': 'Dice' }),
  ...panel('Predictions', <Predictions />, { 'in its fifth epoch': 'epoch 4' }),
  ...panel('Test', <ResultsPlace />, {
    'data loaded': 'Run test split',
    testing: '1 of 3 images',
  }),
  ...panel('Scores', <Scores shown />, { tested: '0.7800' }),
  ...panel('Models', <ModelsPlace />, { 'just opened': 'Model files', 'models and runs kept': 'first try' }),
  ...panel('Runs', <RunsPane />, {
    'just opened': 'Runs appear here when they end',
    'models and runs kept': '2 kept in this browser',
  }),
  ...panel(
    'Runs, table',
    <RunsTable
      {...{ runs: keptRuns, settings: ['lr'], ticked: [], full: false, open: null, best: 'plain' }}
      {...{ colours: new Map(), onToggle: nothing, onOpen: nothing }}
    />,
    { 'models and runs kept': 'stopped early', 'in its fifth epoch': 'after the run' },
  ),
  ...panel('Run', <RunPage run={keptRuns[1]} colour={0} onClose={nothing} />, { 'models and runs kept': 'Run page' }),
  ...panel('Comparison', <Comparison runs={keptRuns} colours={new Map()} onClose={nothing} />, {
    'models and runs kept': 'Settings that differ',
  }),
  ...panel('Image by image', <PairedPanel runs={twins} />, { 'models and runs kept': 'Changed most' }),
  ...panel('Several seeds', <SeedsPanel groups={[twins]} />, { 'models and runs kept': '2, seeds 1, 2' }),
  inspector('no plan', 'No plan is at hand', null),
  inspector('not timed', 'No step has been timed yet', madePlan({ timing: { possible: true, steps: 0 } })),
  inspector('on the CPU', 'This engine runs on the CPU', madePlan({ engine: 'cpu', shaders: [] })),
  inspector('timed', 'means of 8 steps', networkPlan()),
];
