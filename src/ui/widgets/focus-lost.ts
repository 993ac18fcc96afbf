import { tick } from 'svelte';

/** Whether nothing in particular has the focus, as when what had it was disabled or taken away. */
export function isFocusLost(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement instanceof HTMLDialogElement;
}

/** Where a control has done all that it can and is disabled for good, the keyboard goes on here. What is disabled for a while only has it again by `keepFocus`. */
export async function goOnAt(element: HTMLElement): Promise<void> {
  await tick();
  if (isFocusLost()) element.focus();
}
