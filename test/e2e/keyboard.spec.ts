/** The import wizard without a pointing device, and what bad input says. */
import type { Page } from '@playwright/test';
import { expect, test, visit } from './support/test.ts';

test.use({ library: 'keyboard' });

const MOST_TABS = 60;

/** Presses Tab until the focus is on the control with this accessible name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < MOST_TABS; i++) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    const own = await focused.evaluate((element) => {
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null;
      return (element.getAttribute('aria-label') ?? label ?? element.textContent ?? '').trim();
    });
    if (own !== name) continue;
    const outline = await focused.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline, `the focus on "${name}" can be seen`).not.toBe('none');
    return;
  }
  throw new Error(`Expected to reach "${name}" within ${MOST_TABS} presses of Tab.`);
}

test('a folder is imported by keyboard alone', async ({ app, lab }) => {
  await app.keyboard.press('Tab');
  await expect(app.locator(':focus')).toHaveText('Skip to content');
  await tabTo(app, 'Datasets');
  await app.keyboard.press('Enter');
  await expect(app.getByRole('heading', { level: 1, name: 'Datasets' })).toBeVisible();
  await expect(app.getByRole('link', { name: 'Import a folder' })).toBeVisible();
  await tabTo(app, 'Import a folder');
  await app.keyboard.press('Enter');
  await expect(app.getByLabel('Folder', { exact: true })).toBeVisible();
  await tabTo(app, 'Folder');
  await app.keyboard.type(lab.phantomFolder);
  await app.keyboard.press('Enter');
  await expect(app.getByRole('heading', { name: 'What we found' })).toBeFocused();
  await expect(app.getByText('Usable images')).toBeVisible();
  await tabTo(app, 'Continue to labels');
  await app.keyboard.press('Enter');
  await expect(app.getByRole('heading', { name: 'What do the labels mean?' })).toBeFocused();
  await tabTo(app, 'Continue to split');
  await app.keyboard.press('Enter');
  await tabTo(app, 'Name of the dataset');
  await app.keyboard.press('ControlOrMeta+a');
  await app.keyboard.type('By keyboard');
  await app.keyboard.press('Enter');
  await expect(app.getByRole('heading', { name: 'By keyboard is imported' })).toBeVisible();
});

test('the folder dialog and the gallery answer to keys', async ({ app, lab, dataset }) => {
  await visit(app, '#/datasets/import');
  await app.getByRole('button', { name: 'Choose folder' }).click();
  const dialog = app.getByRole('dialog');
  await expect(dialog.getByText('files in this folder')).toBeVisible();
  await dialog.getByLabel('Folder', { exact: true }).fill(lab.scratch);
  await app.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'eye-clinic' }).click();
  await expect(dialog.getByLabel('Folder', { exact: true })).toHaveValue(lab.phantomFolder);
  await app.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await visit(app, '#/datasets');
  await app.getByRole('link', { name: dataset.name }).click();
  const first = app.locator('[data-index="0"]');
  await first.focus();
  await app.keyboard.press('ArrowRight');
  await expect(app.locator('[data-index="1"]')).toBeFocused();
  await app.keyboard.press('Enter');
  await expect(app.getByText('Image 2 of 80')).toBeVisible();
  await app.keyboard.press('PageDown');
  await expect(app.getByText('Image 3 of 80')).toBeVisible();
  await app.keyboard.press('Escape');
});

test.describe('bad input', () => {
  test.use({ refused: 'datasets.preview' });

  test('a folder that is not there is said in one sentence, with what to do', async ({ app, lab }) => {
    await visit(app, '#/datasets/import');
    await app.getByLabel('Folder', { exact: true }).fill(`${lab.scratch}/nothing-here`);
    await app.keyboard.press('Enter');
    await expect(app.getByRole('alert')).toContainText('The folder could not be read.');
    await app.getByRole('button', { name: 'Back' }).click();
    await expect(app.getByLabel('Folder', { exact: true })).toHaveValue(`${lab.scratch}/nothing-here`);
  });
});

test('Ctrl K finds a page and the meaning of a word', async ({ app }) => {
  await app.keyboard.press('Control+k');
  const find = app.getByRole('combobox', { name: 'Find' });
  await expect(find).toBeFocused();
  await find.fill('softmax');
  await app.keyboard.press('Enter');
  await expect(app.getByText('an image has exactly one class')).toBeVisible();
  await find.fill('settings');
  await app.keyboard.press('Enter');
  await expect(app.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
});
