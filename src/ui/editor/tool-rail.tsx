import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Session } from './session.ts';
import { changeTools, modeTools } from './tools.ts';

const noPrediction = 'Needs a model for these images, while no run is going on';

/** The tools, one key each. One stop of the Tab key; arrows go on from there. */
export function ToolRail({ session }: { session: Session }) {
  const mode = useStore(session.store, state => state.mode);
  const busy = useStore(session.store, state => state.busy);
  const predicted = useStore(session.store, state => state.prediction !== null);
  const found = useStore(session.store, state => state.prediction?.mask != null);
  const rail = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState(0);
  const walk = (event: React.KeyboardEvent) => {
    const way = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = [...(rail.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    for (let next = at + way; next >= 0 && next < buttons.length; next += way) {
      const button = buttons[next];
      if (!button || button.disabled) continue;
      setStop(next);
      button.focus();
      return;
    }
  };
  return (
    <div
      ref={rail}
      className="editor-tools"
      role="toolbar"
      aria-label="Tools"
      aria-orientation="vertical"
      onKeyDown={walk}
    >
      {modeTools.map(({ does, name, key, icon: Icon, needsPrediction }, place) => (
        <button
          key={does}
          type="button"
          aria-label={name}
          aria-pressed={mode === does}
          aria-keyshortcuts={key.toUpperCase()}
          title={needsPrediction && !predicted ? noPrediction : `${name} (${key.toUpperCase()})`}
          disabled={needsPrediction === true && !predicted}
          tabIndex={place === stop ? 0 : -1}
          onFocus={() => setStop(place)}
          onClick={() => session.set({ mode: does })}
        >
          <Icon aria-hidden="true" />
          <kbd>{key.toUpperCase()}</kbd>
        </button>
      ))}
      <hr />
      {changeTools.map(({ does, name, key, icon: Icon, needsPrediction }, i) => (
        <button
          key={does}
          type="button"
          aria-label={name}
          aria-keyshortcuts={key}
          title={needsPrediction && !predicted ? noPrediction : `${name} (${key.toUpperCase()})`}
          disabled={busy || (needsPrediction === true && !found)}
          tabIndex={modeTools.length + i === stop ? 0 : -1}
          onFocus={() => setStop(modeTools.length + i)}
          onClick={() => void session.change(does)}
        >
          <Icon aria-hidden="true" />
          <kbd>{key.toUpperCase()}</kbd>
        </button>
      ))}
    </div>
  );
}
