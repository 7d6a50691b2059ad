import * as Popover from '@radix-ui/react-popover';
import { CircleHelp } from 'lucide-react';
import './help.css';

/** A small button that opens an explanation of what it stands beside. */
export function Help({ about, text }: { /** The id of the label it belongs to. */ about: string; text: string }) {
  return (
    <Popover.Root>
      {/* Not named after the field: whoever looks for a field by its label must find that alone. */}
      <Popover.Trigger className="help-button" aria-label="Help" aria-describedby={about}>
        <CircleHelp aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" side="top" sideOffset={4} collisionPadding={12} aria-label="Help">
          <p>{text}</p>
          <Popover.Arrow className="popover-arrow" />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
