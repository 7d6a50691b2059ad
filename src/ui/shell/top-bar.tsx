import * as Tabs from '@radix-ui/react-tabs';
import { Activity, Check, CircleHelp, Images, Layers, Lock, ScanEye } from 'lucide-react';
import { testOf } from '../../state/inference/results.ts';
import { isTrained } from '../../state/run/trained.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { DeviceChip } from './device-chip.tsx';
import { type Place, places } from './places.ts';
import { ThemeButton } from './theme-button.tsx';
import './top-bar.css';

/** Name, places, device. On a phone the places are a bar at the bottom. */
export function TopBar({ welcome, onHelp }: { welcome: boolean; onHelp: () => void }) {
  return (
    <header className="top-bar">
      <h1 className="brand">
        <Mark />
        Lesion Studio
      </h1>
      <Tabs.List className="places" aria-label="Places">
        {places.map(place => (
          <Tabs.Trigger key={place} value={place} className="place-tab" aria-controls={`place-${place}`}>
            <PlaceIcon place={place} />
            <span>{titles[place]}</span>
            {!welcome && <PlaceMark place={place} />}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <div className="top-bar-end">
        {!welcome && (
          <p className="privacy-note">
            <Lock aria-hidden />
            Nothing leaves this machine
          </p>
        )}
        <DeviceChip />
        <ThemeButton />
        <button type="button" className="icon" aria-label="Help and storage" onClick={onHelp}>
          <CircleHelp aria-hidden />
        </button>
      </div>
    </header>
  );
}

export const titles: Record<Place, string> = { data: 'Data', train: 'Train', results: 'Results', models: 'Models' };

const icons = { data: Images, train: Activity, results: ScanEye, models: Layers } satisfies Record<
  Place,
  typeof Images
>;

function PlaceIcon({ place }: { place: Place }) {
  const Icon = icons[place];
  return <Icon className="place-icon" aria-hidden />;
}

/** What there is in a place: done, going on, or how many. */
function PlaceMark({ place }: { place: Place }) {
  const loaded = useStudio(state => state.dataset !== null);
  const training = useStudio(runGoingOn);
  const trained = useStudio(isTrained);
  const tested = useStudio(state => testOf(state) !== null);
  const runs = useStudio(state => state.keptRuns.runs.length);
  switch (place) {
    case 'data':
      return loaded && <Done />;
    case 'train':
      return training ? (
        <span className="place-live">
          <span className="visually-hidden">, a run is going on</span>
        </span>
      ) : (
        trained && <Done />
      );
    case 'results':
      return tested && <Done />;
    case 'models':
      return runs > 0 && <span className="place-count">{runs}</span>;
    default:
      throw place satisfies never;
  }
}

function Done() {
  return (
    <span className="place-done">
      <Check aria-hidden />
      <span className="visually-hidden"> (done)</span>
    </span>
  );
}

function Mark() {
  return (
    <svg className="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path
        d="M12 3.200c4.300 0 8.200 2.600 8.600 7.200.4 5-3.300 10.400-8.800 10.400-5 0-8.600-3.600-8.400-8.700C3.600 7.200 7.600 3.200 12 3.200Z"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.800"
        strokeDasharray="3.200 2.400"
      />
      <circle cx="12" cy="12" r="4.600" fill="currentColor" />
    </svg>
  );
}
