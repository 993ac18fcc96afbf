/** What the page's thread did itself: a task also lasts while other threads have the processor, which this leaves out. */

const CATEGORIES = ['toplevel', 'devtools.timeline', 'blink.user_timing'];
const MARK = 'heldout-bench';

/**
 * Traces while `work` is done.
 * @param {import('playwright').Page} page
 * @param {() => Promise<void>} work
 * @returns {Promise<number>} milliseconds of processor time of the page thread's longest task
 */
export async function longestOwnTime(page, work) {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value.filter(({ name, ph }) => name === MARK || (ph === 'X' && name.endsWith('RunTask')))));
  await client.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: CATEGORIES } });
  await page.evaluate((mark) => performance.mark(mark), MARK);
  await work();
  const complete = new Promise((done) => client.once('Tracing.tracingComplete', done));
  await client.send('Tracing.end');
  await complete;
  await client.detach();
  const marked = events.find(({ name }) => name === MARK);
  if (!marked) throw new Error('The trace does not say which thread is the page’s.');
  const own = events.filter(({ pid, tid, ph }) => ph === 'X' && pid === marked.pid && tid === marked.tid).map(({ tdur }) => (tdur ?? 0) / 1000);
  if (own.length === 0) throw new Error('The trace has no tasks of the page’s thread.');
  return Math.max(...own);
}
