/** A ref for what appears at the person's own press and takes the place of the button: it takes the focus, too. */
export function focusWhenShown(element: HTMLElement | null): void {
  element?.focus();
}
