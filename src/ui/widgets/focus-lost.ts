/** Whether nothing in particular has the focus, as when what had it was disabled or taken away. */
export function isFocusLost(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement instanceof HTMLDialogElement;
}
