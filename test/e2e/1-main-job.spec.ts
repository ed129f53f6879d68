/** The main job in a real browser on the real app: import, study, live run, results, filters, report. */
import { readFileSync } from 'node:fs';
import { chooseTinyProtocol, DATASET, findStudy, STUDY, waitUntilFinished } from './support/ready-library.ts';
import { expect, test, visit } from './support/test.ts';

test.describe.configure({ mode: 'serial' });

test('an empty library teaches three steps and offers demo data', async ({ app }) => {
  await expect(app.getByRole('heading', { name: 'Bring images' })).toBeVisible();
  await expect(app.getByRole('button', { name: 'Use demo data' })).toBeEnabled();
  await visit(app, '#/weights');
  await expect(app.getByText('No pretrained weights yet')).toBeVisible();
  await visit(app, '#/nowhere');
  await expect(app.getByText('There is no such screen')).toBeVisible();
});

test('the import wizard recognises a folder and survives a reload', async ({ app, lab }) => {
  await visit(app, '#/datasets/import');
  await app.getByLabel('Folder', { exact: true }).fill(lab.phantomFolder);
  await app.getByRole('button', { name: 'Read the folder' }).click();
  await expect(app.getByText('EyePACS', { exact: false }).first()).toBeVisible();
  await expect(app.getByText('Usable images').locator('..')).toContainText('80');
  await app.getByRole('button', { name: 'Continue to labels' }).click();
  await app.getByLabel('Positive from grade').selectOption('1');
  await app.reload();
  await expect(app.getByRole('heading', { name: 'What do the labels mean?' })).toBeVisible();
  await expect(app.getByLabel('Positive from grade')).toHaveValue('1');
  await app.getByLabel('Positive from grade').selectOption('2');
  await app.getByRole('button', { name: 'Continue to split' }).click();
  await app.getByLabel('Name of the dataset').fill(DATASET);
  await app.getByRole('button', { name: 'Back' }).click();
  await app.getByRole('button', { name: 'Continue to split' }).click();
  await expect(app.getByLabel('Name of the dataset')).toHaveValue(DATASET);
  await app.getByLabel('Training (%)').fill('80');
  await app.getByLabel('Training (%)').blur();
  await expect(app.getByText('got 110 %')).toBeVisible();
  await app.getByLabel('Training (%)').fill('60');
  await app.getByLabel('Test (%)').fill('30');
  await app.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(app.getByRole('heading', { name: `${DATASET} is imported` })).toBeVisible();
  await app.getByRole('link', { name: 'Open the dataset' }).click();
  await expect(app.getByText('Each of the 40 patients is in exactly one part')).toBeVisible();
  await expect(app.locator('img').nth(3)).toBeVisible();
  await app.getByLabel('Part').selectOption('test');
  await expect(app.getByText('24 images')).toBeVisible();
});

test('the study wizard keeps its input over a reload and starts a study', async ({ app }) => {
  await visit(app, '#/studies/new');
  await app.getByLabel(DATASET).check();
  await app.getByRole('button', { name: 'Continue to models' }).click();
  await app.getByLabel('CBR-Tiny', { exact: true }).check();
  await app.getByRole('button', { name: 'Continue to initialisation' }).click();
  await expect(app.getByText('No pretrained weights yet')).toBeVisible();
  await app.getByLabel('Gabor').check();
  await app.getByRole('button', { name: 'Continue to protocol' }).click();
  await chooseTinyProtocol(app);
  await app.reload();
  await expect(app.getByRole('spinbutton', { name: 'Image size' })).toHaveValue('32');
  await expect(app.getByText('changed; paper: 587')).toBeVisible();
  await app.getByRole('button', { name: 'Continue to review' }).click();
  await expect(app.getByText('4 runs')).toBeVisible();
  await expect(app.getByText('Memory at its peak')).toBeVisible({ timeout: 60_000 });
  await app.getByLabel('Name of the study').fill(STUDY);
  await app.getByRole('button', { name: 'Start the study' }).click();
  await expect(app.getByRole('heading', { level: 1, name: STUDY })).toBeVisible();
});

test('a run is shown live, goes on over a reload, pauses and resumes', async ({ app }) => {
  const id = await findStudy(app);
  await visit(app, `#/studies/${id}/runs`);
  await expect(app.getByRole('heading', { name: 'Training loss' })).toBeVisible({ timeout: 60_000 });
  await app.reload();
  await expect(app.getByRole('heading', { level: 1, name: STUDY })).toBeVisible();
  const page = app.locator('header').first();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('Paused', { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Resume' }).click();
  await waitUntilFinished(app);
  await expect(app.getByRole('heading', { name: 'Validation AUC' })).toBeVisible();
});

test('results show each arm with its interval, its seeds and the differences', async ({ app }) => {
  const id = await findStudy(app);
  await visit(app, `#/studies/${id}/results`);
  const table = app.getByRole('table', { name: /AUC on the test split$/ });
  await expect(table.getByRole('row', { name: /gabor/ }).first()).toContainText(
    /[01]\.\d{3}\s*[01]\.\d{3}–[01]\.\d{3}/,
  );
  await table.getByRole('button', { name: 'random' }).click();
  await expect(table.getByRole('rowheader', { name: 'seed 1' })).toBeVisible();
  await expect(app.getByRole('table', { name: 'Differences on the same test images' })).toContainText('gabor');
  const download = app.waitForEvent('download');
  await app.getByRole('button', { name: 'Download all as CSV' }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).toContain('gabor');
  await visit(app, `#/studies/${id}/overview`);
  await expect(app.getByRole('heading', { name: 'Verdict' })).toBeVisible();
});

test('convergence is a figure, a table and a file', async ({ app }) => {
  const id = await findStudy(app);
  await visit(app, `#/studies/${id}/convergence`);
  await expect(
    app.getByRole('img', { name: /Validation AUC, CBR-Tiny\. random: 0\.\d{3}; gabor: 0\.\d{3}/ }),
  ).toBeVisible();
  const download = app.waitForEvent('download');
  await app.getByRole('button', { name: 'Copy or save Validation AUC, CBR-Tiny' }).click();
  await app.getByRole('menuitem', { name: 'Save as SVG' }).click();
  const svg = readFileSync(await (await download).path(), 'utf8');
  expect(svg).toContain('<svg xmlns="http://www.w3.org/2000/svg"');
  expect(svg).toContain('gabor');
  await app.getByRole('button', { name: 'Show as table' }).click();
  await expect(app.getByRole('table', { name: 'Validation AUC, CBR-Tiny' }).getByRole('row')).toHaveCount(7);
});

test('filters are followed through all three grids', async ({ app }) => {
  const id = await findStudy(app);
  await visit(app, `#/studies/${id}/filters`);
  const after = app.getByRole('group', { name: /After training/ });
  await after.hover({ position: { x: 12, y: 12 } });
  await expect(app.getByText(/Filter 1: norm/)).toBeVisible();
  await expect(app.locator('.frame')).toHaveCount(3);
  await after.focus();
  await app.keyboard.press('ArrowRight');
  await expect(app.getByText(/Filter 2: norm/)).toBeVisible();
});

test('the report is one HTML file', async ({ app }) => {
  const id = await findStudy(app);
  await visit(app, `#/studies/${id}/report`);
  await app.getByRole('button', { name: 'Export report' }).click();
  const download = app.waitForEvent('download');
  await app.getByRole('button', { name: /^Download .*\.html$/ }).click();
  const html = readFileSync(await (await download).path(), 'utf8');
  expect(html).toContain(STUDY);
  expect(html).toContain('gabor');
  expect(html).toMatch(/synthetic/i);
  expect(html).not.toMatch(/<script|(?:src|href)="https?:/);
});

test('a finished run becomes pretrained weights that the wizard offers', async ({ app }) => {
  await visit(app, '#/weights');
  await app.getByRole('button', { name: 'Use a finished run' }).click();
  await app.getByRole('radio').first().check();
  await app.getByRole('dialog').getByLabel('Name').fill('eye clinic');
  await app.getByRole('button', { name: 'Use as weights' }).click();
  await expect(app.getByRole('rowheader', { name: 'eye clinic' })).toBeVisible();
  await visit(app, '#/studies/new');
  await app.getByLabel(DATASET).check();
  await app.getByRole('button', { name: 'Continue to models' }).click();
  await app.getByLabel('CBR-Tiny', { exact: true }).check();
  await app.getByRole('button', { name: 'Continue to initialisation' }).click();
  await app.getByLabel('Pretrained weights').selectOption('eye clinic');
  await app.getByLabel('Transfer', { exact: true }).check();
  await expect(app.getByRole('button', { name: 'Continue to protocol' })).toBeEnabled();
});
