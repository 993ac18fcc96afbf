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

const button = (name) => page.getByRole('button', { name, exact: true });
const status = page.getByRole('status').filter({ hasText: /step/ });

const seeds = page.getByRole('spinbutton', { name: 'Seeds', exact: true });
await seeds.fill('5');
await seeds.press('Enter');
await button('Train').click();
await status.filter({ hasText: /step [12]\d\d of/ }).waitFor();
await button('What if…').click();
await page.getByRole('region', { name: 'Branches' }).waitFor();
await page.getByRole('switch', { name: 'L2' }).click();
await status.filter({ hasText: 'finished' }).waitFor();
await page.getByLabel('Try a sentence').fill('The soup was cold and nobody cared.');
await page.getByRole('list', { name: 'Class probabilities' }).waitFor();
await page.evaluate(() => scrollTo(0, 0));
await page.screenshot({ path: '.readme/page.png' });
await browser.close();
await server.close();
console.log('.readme/page.png is new.');
