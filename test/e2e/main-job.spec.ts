/** The main job in a real browser on the real app: import, study, live run. */
import type { RunSummary } from '../../shared/run/run.ts';
import { until } from './support/api.ts';
import { expect, test, visit } from './support/test.ts';

test.use({ library: 'main job' });

const IMPORTED = 'From the wizard';

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
  await app.getByLabel('Name of the dataset').fill(IMPORTED);
  await app.getByRole('button', { name: 'Back' }).click();
  await app.getByRole('button', { name: 'Continue to split' }).click();
  await expect(app.getByLabel('Name of the dataset')).toHaveValue(IMPORTED);
  await app.getByLabel('Training (%)').fill('80');
  await app.getByLabel('Training (%)').blur();
  await expect(app.getByText('got 110 %')).toBeVisible();
  await app.getByLabel('Training (%)').fill('60');
  await app.getByLabel('Test (%)').fill('30');
  await app.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(app.getByRole('heading', { name: `${IMPORTED} is imported` })).toBeVisible();
  await app.getByRole('link', { name: 'Open the dataset' }).click();
  await expect(app.getByText('every patient is in exactly one part')).toBeVisible();
  await expect(app.locator('img').nth(3)).toBeVisible();
  await app.getByLabel('Part', { exact: true }).selectOption('test');
  await expect(app.getByText('24 images')).toBeVisible();
});

test('the study wizard keeps its input over a reload and starts a study, which is shown live, pauses, resumes and is cancelled', async ({
  app,
  lab,
  dataset,
}) => {
  await visit(app, '#/studies/new');
  await app.getByLabel(dataset.name).check();
  await app.getByRole('button', { name: 'Continue to models' }).click();
  await expect(app.getByLabel('CBR-Tiny', { exact: true })).toBeChecked();
  await app.getByLabel('CBR-Small', { exact: true }).uncheck();
  await app.getByRole('button', { name: 'Continue to initialisation' }).click();
  await app.getByLabel('Transfer', { exact: true }).uncheck();
  await app.getByLabel('Gabor').check();
  await app.getByRole('button', { name: 'Continue to protocol' }).click();
  await app.getByText('All settings').click();
  // No machine comes to the end of these steps before the study is cancelled.
  const numbers = { 'Image size': '32', Steps: '1000000', 'Score validation every': '8', 'Threshold AUC': '0.55' };
  for (const [label, value] of Object.entries(numbers)) await app.getByRole('spinbutton', { name: label }).fill(value);
  await app.getByRole('textbox', { name: 'Seeds' }).fill('0, 1');
  await app.reload();
  await expect(app.getByRole('spinbutton', { name: 'Image size' })).toHaveValue('32');
  await expect(app.getByText('changed; paper: 587')).toBeVisible();
  await app.getByRole('button', { name: 'Continue to review' }).click();
  await expect(app.getByText('4 runs')).toBeVisible();
  await expect(app.getByText('Memory at its peak')).toBeVisible();
  await app.getByLabel('Name of the study').fill('A long study');
  // What a study costs is of no interest once it has started.
  const measurement = app.waitForRequest(/jobs\.cancel/);
  await app.getByRole('button', { name: 'Start the study' }).click();
  await measurement;
  await expect(app.getByRole('heading', { level: 1, name: 'A long study' })).toBeVisible();

  await app.getByRole('link', { name: 'Runs', exact: true }).click();
  await expect(app.getByRole('heading', { name: 'Training loss' })).toBeVisible();
  await app.reload();
  await expect(app.getByRole('heading', { level: 1, name: 'A long study' })).toBeVisible();
  await expect(app.getByRole('heading', { name: 'Validation AUC' })).toBeVisible();
  const [study] = await lab.api.query<{ id: string }[]>('studies.list');
  const firstRun = async (): Promise<RunSummary | undefined> =>
    (await lab.api.query<RunSummary[]>('runs.list', { studyId: study?.id }))[0];
  const before = (await firstRun())?.progress?.done ?? NaN;

  const page = app.locator('header').first();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('Paused', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('Running', { exact: true })).toBeVisible();
  const resumed = await until(firstRun, (run) => run?.attempts === 2 && run.progress?.phase === 'training');
  expect(resumed?.progress?.done).toBeGreaterThanOrEqual(before);
  await app.getByRole('button', { name: 'Actions for A long study' }).click();
  await app.getByRole('menuitem', { name: 'Cancel open runs' }).click();
  await app.getByRole('button', { name: 'Cancel runs' }).click();
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible();
});
