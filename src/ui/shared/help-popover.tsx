import * as Popover from '@radix-ui/react-popover';
import { CircleHelp } from 'lucide-react';

/** Takes the button's place when it is pressed first, and is open at once. */
export function HelpPopover({ about, text }: { about: string; text: string }) {
  return (
    <Popover.Root defaultOpen>
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
