import type { HeldoutPage } from './page.ts';

/** Gives an example another text in the editor, and leaves the editor. */
export async function editText(heldout: HeldoutPage, row: number, text: string): Promise<void> {
  const { keyboard } = heldout.page;
  await heldout.button('Edit examples').click();
  const cell = heldout.page.locator(`[data-row="${row}"] [data-column="1"]`);
  await cell.dblclick();
  await cell.getByRole('textbox').fill(text);
  await keyboard.press('Enter');
  await cell.filter({ hasText: text }).waitFor();
  await keyboard.press('Escape');
}
