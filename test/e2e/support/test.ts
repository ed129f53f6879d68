/**
 * The tests' own `test`: every page is watched for console errors and for requests to anything but the app. A file names its library
 * (`test.use({ library: ... })`): its tests share it with one another, and with no other file.
 */
import { test as base, expect, type Page } from '@playwright/test';
import { openLab, type Lab } from './lab.ts';
import { finishStudy, importDataset, type Named } from './ready-library.ts';

interface TestFixtures {
  /** Addresses whose refusal the test wants to see: a browser reports each refused request on its console. */
  refused: string;
  /** Opened at the app's first screen. */
  app: Page;
}
interface WorkerFixtures {
  /** Files with another one get another worker, and with it another app on another library. */
  library: string;
  lab: Lab;
  /** In the library: the phantoms, imported. */
  dataset: Named;
  /** In the library: a study of the dataset, run to its end. */
  finishedStudy: Named;
}

function watch(page: Page, origin: string, refused: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (refused !== '' && message.location().url.includes(refused)) return;
    complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    const own = url.origin === origin || url.protocol === 'blob:' || url.protocol === 'data:';
    if (!own) complaints.push(`request to ${url.origin}`);
  });
  return complaints;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  library: ['', { scope: 'worker', option: true }],
  lab: [
    // `library`: another one opens another app.
    async ({ library: _ }, use) => {
      const lab = await openLab();
      await use(lab);
      await lab.close();
    },
    { scope: 'worker' },
  ],
  dataset: [async ({ lab }, use) => use(await importDataset(lab)), { scope: 'worker' }],
  finishedStudy: [async ({ lab, dataset }, use) => use(await finishStudy(lab, dataset)), { scope: 'worker' }],
  refused: ['', { option: true }],
  app: async ({ page, lab, refused }, use) => {
    const complaints = watch(page, lab.origin, refused);
    await page.goto(lab.url);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await use(page);
    expect(complaints).toEqual([]);
  },
});

export { expect };

/** Goes to an address of the app, `#/datasets`. */
export async function visit(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
}
