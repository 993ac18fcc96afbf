/** Longer than a browser takes to begin saving what a link points to. */
const KEPT_MS = 60_000;

/** Lets the browser save a file that was made on the page. No request leaves it. */
export function download({ name, content }: { readonly name: string; readonly content: Blob }): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
