/** Weights from a file, through the page: choose, look at what matched, keep, look again, remove; and what is asked before a download. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { initialise } from '../../main/engine/inits/initialise.ts';
import { writeSafetensors } from '../../main/engine/weights/safetensors.ts';
import type { Lab } from './support/lab.ts';
import { expect, test, visit } from './support/test.ts';

test.use({ library: 'weights' });

const ARTIFACTS = 'test/artifacts/screens';

async function examine(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${ARTIFACTS}/${name}.png` });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} at ${nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}

/** CBR-Tiny with random weights, as this program writes them. */
function weightFile(lab: Lab): string {
  const file = path.join(lab.scratch, 'elsewhere.safetensors');
  const { tensors } = initialise({
    model: 'cbr-tiny',
    outputs: 3,
    init: { kind: 'random' },
    seed: 1,
    pretrained: null,
  });
  writeSafetensors(file, tensors, { format: 'transfusion-weights-1', model: 'cbr-tiny', synthetic: 'true' });
  return file;
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`weights are imported from a file, in ${colorScheme}`, async ({ app, lab }) => {
    await app.emulateMedia({ colorScheme });
    const name = `From elsewhere, ${colorScheme}`;
    weightFile(lab);
    await visit(app, '#/weights');
    await app.getByRole('button', { name: 'Import weights' }).click();
    await app.getByRole('button', { name: 'Choose file' }).click();
    const picker = app.getByRole('dialog', { name: 'Weight file' });
    await picker.getByLabel('Folder or file').fill(lab.scratch);
    await picker.getByLabel('Folder or file').press('Enter');
    await picker.getByRole('button', { name: 'elsewhere.safetensors' }).click();
    const dialog = app.getByRole('dialog', { name: 'Import weights' });
    await expect(dialog.getByText('3 outputs; no initialisation uses it')).toBeVisible();
    await dialog.getByText('Every tensor, and what it is in the file').click();
    await expect(dialog.getByRole('rowheader', { name: 'conv1/kernel' }).first()).toBeVisible();
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Preprocessing').selectOption('minus-one-to-one');
    await dialog.getByLabel('Licence note').fill('Made for a test');
    await examine(app, `weights-import-${colorScheme}`);
    await dialog.getByRole('button', { name: 'Import weights' }).click();
    await expect(dialog).toBeHidden();

    const row = app.getByRole('row').filter({ hasText: name });
    await expect(row.getByText('From −1 to 1')).toBeVisible();
    await expect(row.getByText('Synthetic', { exact: true })).toBeVisible();
    await examine(app, `weights-list-${colorScheme}`);
    await row.getByRole('button', { name, exact: true }).click();
    const details = app.getByRole('dialog', { name });
    await expect(details.getByText('Made for a test')).toBeVisible();
    await expect(details.getByRole('row').filter({ hasText: 'block4' }).first()).toBeVisible();
    await examine(app, `weights-details-${colorScheme}`);
    await details.getByRole('button', { name: 'Close' }).last().click();

    await app.getByRole('button', { name: `Actions for ${name}` }).click();
    await app.getByRole('menuitem', { name: 'Remove weights' }).click();
    await app.getByRole('button', { name: 'Remove weights', exact: true }).click();
    await expect(row).toBeHidden();
  });
}

test('a download is asked about first, and a refused one asks nobody', async ({ app }) => {
  await visit(app, '#/weights');
  await app
    .getByRole('button', { name: 'Download ResNet-50, ImageNet (Keras Applications, without classifier)' })
    .click();
  const dialog = app.getByRole('dialog');
  await expect(dialog.getByText('not verified by us: compare')).toBeVisible();
  await expect(dialog.getByText('https://storage.googleapis.com', { exact: false })).toBeVisible();
  await examine(app, 'weights-download');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
});

test.describe('files that are no weights', () => {
  test.use({ refused: 'weights.inspect' });

  test('are refused with what was found and what to do', async ({ app, lab }) => {
    const file = path.join(lab.scratch, 'model.pth');
    writeFileSync(file, 'PK\x03\x04 and so on', 'latin1');
    await visit(app, '#/weights');
    await app.getByRole('button', { name: 'Import weights' }).click();
    const dialog = app.getByRole('dialog', { name: 'Import weights' });
    await dialog.getByLabel('File').fill(file);
    await dialog.getByRole('button', { name: 'Read' }).click();
    await expect(dialog.getByRole('alert')).toContainText('damaged or cut short');
    await expect(dialog.getByRole('button', { name: 'Import weights' })).toBeDisabled();
    await examine(app, 'weights-refused');
  });
});

test('a path that is typed before the first listing arrives stays, and a late listing is ignored', async ({
  app,
  lab,
}) => {
  const waiting: (() => void)[] = [];
  await app.route('**/api/trpc/system.folders**', async (route) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    await route.continue();
  });
  await visit(app, '#/datasets/import');
  await app.getByRole('button', { name: 'Choose folder' }).click();
  const dialog = app.getByRole('dialog', { name: 'Folder to import' });
  const field = dialog.getByLabel('Folder', { exact: true });
  await expect.poll(() => waiting.length).toBe(1);
  await field.fill(lab.phantomFolder);
  waiting[0]?.();
  await expect(dialog.getByText('files in this folder')).toBeVisible();
  await expect(field).toHaveValue(lab.phantomFolder);

  await dialog.getByRole('button', { name: 'Up one folder' }).click();
  await expect.poll(() => waiting.length).toBe(2);
  await field.fill(lab.phantomFolder);
  await field.press('Enter');
  await expect.poll(() => waiting.length).toBe(3);
  waiting[2]?.();
  await expect(dialog.getByRole('button', { name: 'Up one folder' })).toBeVisible();
  await expect(field).toHaveValue(lab.phantomFolder);
  const late = app.waitForResponse('**/api/trpc/system.folders**');
  waiting[1]?.();
  await late;
  await dialog.getByRole('button', { name: 'Use this folder' }).click();
  // The phantoms' folder, not the one above it.
  await expect(app.getByText('Usable images')).toBeVisible();
});
