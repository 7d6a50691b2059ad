import type { ComponentProps } from 'react';

/** What scrolls by itself, reachable by keyboard. */
export function ScrollArea({
  label,
  className = 'scroll',
  ...others
}: { label: string } & Omit<ComponentProps<'div'>, 'role' | 'tabIndex' | 'aria-label'>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll here.
    <div {...others} className={className} tabIndex={0} role="group" aria-label={label} />
  );
}
