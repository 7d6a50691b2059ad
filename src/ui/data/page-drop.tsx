import { useEffect, useState } from 'react';
import { goTo, placeIn } from '../shell/places.ts';
import { useStudio } from '../studio-context.ts';
import { entriesOf, sourceFiles, walkEntries } from './walk.ts';
import './page-drop.css';

const overText = {
  data: 'Drop to load: zips, a folder, or images with their masks',
  outline: 'Drop to outline: images without masks, or a zip of them',
} as const;

/** Under Results, images without masks are outlined, wherever they are dropped while their panel is in view. */
function meantFor({ target }: DragEvent): keyof typeof overText {
  if (target instanceof Element && target.closest('.outline-panel') !== null) return 'outline';
  const panel = placeIn(location.hash) === 'results' ? document.querySelector('.outline-panel') : null;
  return panel?.checkVisibility() ? 'outline' : 'data';
}

/** Takes drops anywhere on the page, and covers it while files are held over it. */
export function PageDrop() {
  const readFiles = useStudio(state => state.useFiles);
  const outline = useStudio(state => state.outlineImages);
  const [over, setOver] = useState<'data' | 'outline' | null>(null);
  const [failed, setFailed] = useState<string>();
  useEffect(() => {
    // dragenter and dragleave come for every element on the way: only their balance tells whether files are over the page.
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth++;
      setOver(meantFor(event));
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(null);
    };
    const hover = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(null);
      if (!event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      setFailed(undefined);
      const { entries, files } = entriesOf(event.dataTransfer);
      const toOutline = meantFor(event) === 'outline';
      if (!toOutline) goTo('data');
      walkEntries(entries).then(
        found => (toOutline ? outline : readFiles)([...found, ...sourceFiles(files)]),
        () => setFailed('The dropped folder could not be read: pick it with “Dataset folder” instead.'),
      );
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: hover, drop } as const;
    for (const [type, listener] of Object.entries(listeners)) window.addEventListener(type, listener as EventListener);
    return () => {
      for (const [type, listener] of Object.entries(listeners))
        window.removeEventListener(type, listener as EventListener);
    };
  }, [readFiles, outline]);
  return (
    <>
      {failed && (
        <div className="problem" role="alert">
          <p>{failed}</p>
          <button type="button" className="quiet" onClick={() => setFailed(undefined)}>
            Dismiss
          </button>
        </div>
      )}
      {over && (
        <div className="drop-overlay" aria-hidden="true">
          <p>{overText[over]}</p>
        </div>
      )}
    </>
  );
}
