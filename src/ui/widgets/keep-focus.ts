/** How many elements that had the focus are remembered, to go back to where newer ones are gone. */
const REMEMBERED = 20;

interface Place {
  readonly element: HTMLElement;
  /** What it was in, from the inside out. */
  readonly around: readonly HTMLElement[];
}

/**
 * Gives the focus back where the page itself took it away: browsers drop it without a word when a focused button is disabled or removed, as by the
 * work that it started. A disabled control has it again when it is enabled; after a removed one it goes to the heading of the fold that
 * it was in, else to the first control of its section; after a dialog or a message, back to where it was before. Whoever moves it meanwhile,
 * or presses elsewhere, is left alone. An attachment for the element that everything is in.
 */
export function keepFocus(root: HTMLElement): () => void {
  /** The newest last. */
  let places: Place[] = [];

  function remember({ target }: FocusEvent): void {
    if (!(target instanceof HTMLElement)) return;
    const around: HTMLElement[] = [];
    for (let outer = target.parentElement; outer && root.contains(outer); outer = outer.parentElement) around.push(outer);
    places = [...places.filter(({ element }) => element !== target), { element: target, around }].slice(-REMEMBERED);
  }

  function forget(): void {
    places = [];
  }

  function restore(): void {
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (lost) placeToGo(places)?.focus({ preventScroll: true });
  }

  const observer = new MutationObserver(restore);
  observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] });
  root.addEventListener('focusin', remember);
  document.addEventListener('pointerdown', forget, { capture: true });
  return () => {
    observer.disconnect();
    root.removeEventListener('focusin', remember);
    document.removeEventListener('pointerdown', forget, { capture: true });
  };
}

/** The element that the focus goes back to; null while there is none. @param places the newest last */
function placeToGo(places: readonly Place[]): HTMLElement | null {
  for (const { element, around } of places.toReversed()) {
    const left = element.isConnected ? [] : around.filter((outer) => outer.isConnected);
    if (left.some((outer) => outer instanceof HTMLDialogElement)) return null; // an open dialog knows better where to go on in it
    const isWithDialog = !element.isConnected && around.some((outer) => outer instanceof HTMLDialogElement);
    const fold = left.find((outer) => outer instanceof HTMLDetailsElement)?.querySelector('summary');
    const inSection = left.find((outer) => outer.matches('section'))?.querySelector<HTMLElement>('button, input, select, textarea, summary');
    const target = element.isConnected ? element : isWithDialog ? null : (fold ?? inSection);
    if (target) return target.matches(':disabled') ? null : target;
  }
  return null;
}
