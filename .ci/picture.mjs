/** `npm run picture`: builds the site, trains on it as a user would, and takes the README's picture. */
import { chromium } from 'playwright';
import { preview } from 'vite';
import { CHROMIUM_ARGS, chromiumPath } from './chromium.mjs';
import { ensureInstalled, show } from './install.mjs';

ensureInstalled();
if (show('npx', ['vite', 'build', '--logLevel', 'error']) !== 0) process.exit(1);
const server = await preview({ logLevel: 'error' });
const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
const page = await browser.newPage({ viewport: { width: 1280, height: 1060 } });
await page.goto(server.resolvedUrls.local[0]);

/** Trains to `steps` and changes a knob there. */
async function trainTo(steps, label) {
  const field = page.getByRole('spinbutton', { name: 'Steps' });
  await field.fill(String(steps));
  await field.press('Enter');
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByRole('status').filter({ hasText: `step ${steps} of ${steps}, finished` }).waitFor();
  if (label) await page.getByRole('switch', { name: label }).click();
}

await trainTo(200, 'Dropout');
await trainTo(350, 'L2');
await trainTo(600);
await page.getByLabel('Try a sentence').fill('The soup was cold and nobody cared.');
await page.getByRole('list', { name: 'Class probabilities' }).waitFor();
await page.evaluate(() => scrollTo(0, 0));
await page.screenshot({ path: '.readme/page.png' });
await browser.close();
await server.close();
console.log('.readme/page.png is new.');
