import { type ComponentProps, useState } from 'react';
import { type Action, sentence } from '../../state/action.ts';
import { useStudio } from '../studio-context.ts';

/** Why an action cannot act now, as a sentence; '' where it can. */
export function useRefusal<A extends readonly unknown[]>(
  { refusal }: Pick<Action<A, unknown>, 'refusal'>,
  ...args: Partial<A>
): string {
  return useStudio(state => {
    const refused = refusal(state, ...args);
    return refused ? sentence(refused) : '';
  });
}

interface ActionButtonProps<A extends readonly unknown[]> extends Omit<ComponentProps<'button'>, 'type' | 'disabled'> {
  readonly action: Action<A, unknown>;
  /** What the action will be given, as far as its refusal depends on it. */
  readonly args?: Partial<A>;
  /** It is at work already. */
  readonly busy?: boolean;
}

/**
 * A button of an action: disabled where that cannot act, with the reason as its title. While it has the focus it is only said to be
 * disabled: a browser takes the focus from a button that is disabled under it, and the next Tab would land anywhere.
 */
export function ActionButton<A extends readonly unknown[]>({
  action,
  args,
  busy = false,
  title,
  onClick,
  ...rest
}: ActionButtonProps<A>) {
  const [focused, setFocused] = useState(false);
  const refused = useRefusal(action, ...((args ?? []) as unknown as Partial<A>));
  const off = busy || refused !== '';
  return (
    <button
      {...rest}
      type="button"
      disabled={off && !focused}
      aria-disabled={(off && focused) || undefined}
      title={refused || title}
      onClick={off ? undefined : onClick}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    />
  );
}
