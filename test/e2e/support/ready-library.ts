/** What later tests find in the library: made by the tests before them, or else by way of the app itself. */
import type { Page } from '@playwright/test';
import type { Lab } from './lab.ts';
import { expect, visit } from './test.ts';

export const DATASET = 'Eye clinic';
export const STUDY = 'Does Gabor help?';

/** Through the import wizard. */
export async function importPhantoms(page: Page, lab: Lab, name: string): Promise<void> {
  await visit(page, '#/datasets/import');
  await page.getByLabel('Folder', { exact: true }).fill(lab.phantomFolder);
  await page.getByRole('button', { name: 'Read the folder' }).click();
  await page.getByRole('button', { name: 'Continue to labels' }).click();
  await page.getByRole('button', { name: 'Continue to split' }).click();
  await page.getByLabel('Name of the dataset').fill(name);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: `${name} is imported` })).toBeVisible();
}

/** Sets the small protocol of the tests: 32 pixels, few steps. */
export async function chooseTinyProtocol(page: Page): Promise<void> {
  const numbers = { 'Image size': '32', Steps: '24', 'Score validation every': '8', 'Threshold AUC': '0.55' };
  for (const [label, value] of Object.entries(numbers)) await page.getByRole('spinbutton', { name: label }).fill(value);
  await page.getByRole('textbox', { name: 'Seeds' }).fill('0, 1');
}

/** What the library holds, asked of the server: a page that is still loading shows no names. */
async function named(page: Page, list: 'datasets.list' | 'studies.list', name: string): Promise<{ id: string } | null> {
  const answer = await page.evaluate(
    async (path) => (await (await fetch(path)).json()) as { result: { data: { id: string; name: string }[] } },
    `/api/trpc/${list}`,
  );
  return answer.result.data.find((entry) => entry.name === name) ?? null;
}

export async function hasDataset(page: Page, name: string): Promise<boolean> {
  return (await named(page, 'datasets.list', name)) !== null;
}

/** The id of the study of the tests; null where there is none yet. */
export async function findStudy(page: Page): Promise<string | null> {
  return (await named(page, 'studies.list', STUDY))?.id ?? null;
}

/** Follows the study until all of its runs have ended. */
export async function waitUntilFinished(page: Page, timeout = 110_000): Promise<void> {
  await expect(page.locator('header').getByText('Finished', { exact: true })).toBeVisible({ timeout });
}
