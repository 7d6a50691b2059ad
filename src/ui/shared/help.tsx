import { CircleHelp } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import './help.css';

/** The popover's code comes with the first question. */
const HelpPopover = lazy(() => import('./help-popover.tsx').then(({ HelpPopover }) => ({ default: HelpPopover })));

/** A small button that opens an explanation of what it stands beside. */
export function Help({ about, text }: { /** The id of the label it belongs to. */ about: string; text: string }) {
  const [asked, setAsked] = useState(false);
  const button = (
    // Not named after the field: whoever looks for a field by its label must find that alone.
    <button
      type="button"
      className="help-button"
      aria-label="Help"
      aria-describedby={about}
      aria-haspopup="dialog"
      aria-expanded={false}
      onClick={() => setAsked(true)}
    >
      <CircleHelp aria-hidden />
    </button>
  );
  if (!asked) return button;
  return (
    <Suspense fallback={button}>
      <HelpPopover about={about} text={text} />
    </Suspense>
  );
}
