/** What a finished study shows: results, curves, filters, the report, and weights for the next study. */
import { readFileSync } from 'node:fs';
import { expect, test, visit } from './support/test.ts';

test.use({ library: 'results' });

test('results show each arm with its interval, its seeds and the differences', async ({
  app,
  finishedStudy: { id },
}) => {
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

test('convergence is a figure, a table and a file', async ({ app, finishedStudy: { id } }) => {
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

test('filters are followed through all three grids', async ({ app, finishedStudy: { id } }) => {
  await visit(app, `#/studies/${id}/filters`);
  const after = app.getByRole('group', { name: /After training/ });
  await after.hover({ position: { x: 12, y: 12 } });
  await expect(app.getByText(/Filter 1: norm/)).toBeVisible();
  await expect(app.locator('.frame')).toHaveCount(3);
  await after.focus();
  await app.keyboard.press('ArrowRight');
  await expect(app.getByText(/Filter 2: norm/)).toBeVisible();
});

test('the report is one HTML file', async ({ app, finishedStudy }) => {
  await visit(app, `#/studies/${finishedStudy.id}/report`);
  await app.getByRole('button', { name: 'Export report' }).click();
  await expect(app.getByRole('link', { name: 'Open report' })).toHaveAttribute('href', /-report\.html\?view=1$/);
  const download = app.waitForEvent('download');
  await app.getByRole('button', { name: 'Download report' }).click();
  const html = readFileSync(await (await download).path(), 'utf8');
  expect(html).toContain(finishedStudy.name);
  expect(html).toContain('gabor');
  expect(html).toMatch(/synthetic/i);
  expect(html).not.toMatch(/<script|(?:src|href)="https?:/);
});

test('a finished run becomes pretrained weights that the wizard offers', async ({ app, dataset, finishedStudy }) => {
  await visit(app, '#/weights');
  await app.getByRole('button', { name: 'Use a finished run' }).click();
  await expect(app.getByRole('dialog').getByLabel('Study')).toHaveValue(finishedStudy.id);
  await app.getByRole('radio').first().check();
  await app.getByRole('dialog').getByLabel('Name').fill('eye clinic');
  await app.getByRole('button', { name: 'Use as weights' }).click();
  await expect(app.getByRole('rowheader', { name: 'eye clinic' })).toBeVisible();
  await visit(app, '#/studies/new');
  await app.getByLabel(dataset.name).check();
  await app.getByRole('button', { name: 'Continue to models' }).click();
  await app.getByRole('button', { name: 'Continue to initialisation' }).click();
  await app.getByLabel('Weights of CBR-Tiny').selectOption('eye clinic');
  await expect(app.getByText('the comparison would not be fair')).toBeVisible();
  await expect(app.getByRole('button', { name: 'Continue to protocol' })).toBeDisabled();
  await app.getByLabel('Compare all the same').check();
  await expect(app.getByRole('button', { name: 'Continue to protocol' })).toBeEnabled();
});

test('five windows on the same study all answer', async ({ app, lab, finishedStudy: { id, name } }) => {
  await visit(app, `#/studies/${id}/runs`);
  for (let more = 0; more < 4; more += 1) {
    const page = await app.context().newPage();
    await page.goto(`${lab.origin}/#/studies/${id}/runs`);
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await visit(page, `#/studies/${id}/results`);
    await expect(page.getByRole('table', { name: /AUC on the test split$/ })).toBeVisible();
  }
  await visit(app, `#/studies/${id}/results`);
  await expect(app.getByRole('table', { name: /AUC on the test split$/ })).toBeVisible();
});
