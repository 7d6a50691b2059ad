import type { ReactNode } from 'react';

/** What scrolls by itself, reachable by keyboard. */
export function ScrollArea({
  label,
  className = '',
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll here.
    <div className={`scroll ${className}`} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
