/** From an empty library to the report of a study that compares random with transferred weights, on demo data, by few clicks and few words. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/test.ts';

test.use({ library: 'quick look' });

const MOST_CLICKS = 8;
const MOST_WORDS = 400;

/** Words on the screen outside of tables and figures, which are looked up rather than read. */
const wordsOn = (page: Page): Promise<number> =>
  page.locator('main').evaluate((main) => {
    const copy = main.cloneNode(true) as HTMLElement;
    for (const part of copy.querySelectorAll('table, svg, details, .visually-hidden')) part.remove();
    return (copy.textContent ?? '').split(/\s+/).filter(Boolean).length;
  });

// It trains for minutes: `npm run test:first-study`.
test(
  'an empty library is a few clicks from the report of a first study',
  { tag: '@first-study' },
  async ({ app, lab }) => {
    // Eight short trainings; how long they take is not asserted.
    test.setTimeout(900_000);
    let clicks = 0;
    let words = await wordsOn(app);
    const click = async (target: Locator): Promise<void> => {
      await target.click();
      clicks++;
    };
    await click(app.getByRole('button', { name: 'Use demo data' }));
    await click(app.getByRole('link', { name: 'Quick look' }));
    await expect(app.getByText('Memory at its peak')).toBeVisible();
    words += await wordsOn(app);
    await click(app.getByRole('button', { name: 'Start the study' }));
    await expect(app.locator('header').getByText('Finished', { exact: true })).toBeVisible({ timeout: 600_000 });
    const [study] = await lab.api.query<{ id: string }[]>('studies.list');
    const { arms } = await lab.api.query<{ arms: { id: string }[] }>('studies.get', { id: study?.id });
    expect(arms.map(({ id }) => id)).toEqual([
      'cbr-small/random/all',
      'cbr-small/transfer(natural-cbr-small)/all',
      'cbr-tiny/random/all',
      'cbr-tiny/transfer(natural-cbr-tiny)/all',
    ]);
    await click(app.getByRole('link', { name: 'Report', exact: true }));
    words += await wordsOn(app);
    await click(app.getByRole('button', { name: 'Export report' }));
    await expect(app.getByRole('link', { name: 'Open report' })).toBeVisible();
    expect(clicks).toBeLessThanOrEqual(MOST_CLICKS);
    expect(words).toBeLessThanOrEqual(MOST_WORDS);
  },
);
