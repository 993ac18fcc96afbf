import type { Locator } from 'playwright';
import type { HeldoutPage } from './page.ts';

/** The table of all domains, as a user asks for it. */

/** The tab, with a few objectives, few seeds and short trainings asked for. */
export async function openTable(heldout: HeldoutPage, { seeds = 1, steps = 10, objectives = ['ERM', 'ERM + mixup'] } = {}): Promise<Locator> {
  await heldout.page.getByRole('tab', { name: 'All domains' }).click();
  const panel = heldout.page.getByRole('region', { name: 'All domains', exact: true });
  const boxes = panel.getByRole('group', { name: 'Objectives' }).getByRole('checkbox');
  await panel.getByText(/to do|are done/u).waitFor();
  for (const box of await boxes.all()) {
    const name = (await box.evaluate((input) => (input as HTMLInputElement).labels?.[0]?.textContent.trim())) ?? '';
    if (await box.isEnabled()) await box.setChecked(objectives.includes(name));
  }
  await heldout.enter(panel.getByRole('spinbutton', { name: 'Seeds of the table' }), String(seeds));
  await heldout.enter(panel.getByRole('spinbutton', { name: 'Steps a training' }), String(steps));
  return panel;
}

/** Agrees to the reveal, and starts the table or goes on with it. */
export async function startTable(panel: Locator): Promise<void> {
  await panel.getByRole('checkbox', { name: /I want to reveal/u }).check();
  await panel.getByRole('button', { name: /^(Start|Resume) the table$/u }).click();
}
