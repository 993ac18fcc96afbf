/** The part `smooth`: does the page stay smooth while many heads train? It drives the built page as a user would. */

const SEEDS = 16;
const SECONDS = 30;
/** What the browser calls a long task. */
const LONG_MS = 50;

/**
 * @param {import('playwright').Browser} browser
 * @param {string} url of the built site
 * @param {string} query such as `?backend=webgpu`; may be empty
 * @returns {Promise<{ lines: string[], missed: string[] }>} what to print, and the bounds that were missed
 */
export async function smoothPart(browser, url, query) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  try {
    await page.goto(url + query);
    await enter(page, 'Seeds', SEEDS);
    await enter(page, 'Steps', 20_000);
    await page.getByLabel('Speed').selectOption({ label: 'As fast as possible' });
    const train = page.getByRole('button', { name: 'Train', exact: true });
    await train.click({ trial: true, timeout: 120_000 }); // waits until the page is ready
    await page.evaluate(observeLongTasks);
    await train.click();
    // Something to do for the page besides drawing: two knobs are turned on the way.
    for (const label of ['Dropout', 'L2', null]) {
      await page.waitForTimeout((1000 * SECONDS) / 3);
      if (label) await page.getByRole('switch', { name: label, exact: true }).click();
    }
    const { long, frames } = await page.evaluate(() => window.smoothness);
    const words = (await page.getByRole('status').filter({ hasText: 'step' }).first().textContent())?.trim() ?? '';
    return report(long, frames, words);
  } finally {
    await page.close();
  }
}

async function enter(page, label, value) {
  const field = page.getByRole('spinbutton', { name: label, exact: true });
  await field.fill(String(value), { timeout: 120_000 });
  await field.press('Enter');
}

/** Runs in the page. */
function observeLongTasks() {
  const begun = performance.now();
  const found = { long: [], frames: 0 };
  window.smoothness = found;
  new PerformanceObserver((list) => found.long.push(...list.getEntries().map(({ startTime, duration }) => ({ afterMs: startTime - begun, ms: duration })))).observe({ entryTypes: ['longtask'] });
  const count = () => {
    found.frames++;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}

function report(long, frames, words) {
  const bound = `smooth: ${long.length} ${long.length === 1 ? 'task' : 'tasks'} over ${LONG_MS} ms on the page's thread in ${SECONDS} s, wanted none`;
  const longest = long.sort((a, b) => b.ms - a.ms).slice(0, 10).map(({ afterMs, ms }) => `${ms.toFixed(0)} ms at ${(afterMs / 1000).toFixed(1)} s`);
  const lines = [
    `  The built page, K = ${SEEDS} seeds, as fast as possible, two knobs turned on the way: ${SECONDS} s.`,
    `  Frames drawn: ${(frames / SECONDS).toFixed(1)} a second. At the end the page says “${words}”.`,
    `  Tasks over ${LONG_MS} ms, longest first: ${longest.join(', ') || 'none'}`,
    `  ${long.length === 0 ? 'holds' : 'MISSED'}: ${bound}`,
  ];
  return { lines, missed: long.length === 0 ? [] : [bound] };
}
