/** A study from a table of the paper: what is missing is said, the steps are filled in, the paper's number stands beside the result. */
import { runStudy } from './support/ready-library.ts';
import { expect, test, visit } from './support/test.ts';

test.use({ library: 'template' });

const WEIGHTS = 'tiny start';

test('a table of the paper becomes a study', async ({ app, lab, dataset }) => {
  await visit(app, '#/studies/new');
  await app.getByRole('radio', { name: dataset.name }).check();
  await app.getByText('A table or figure of the paper').click();
  await expect(app.getByText('Choose a table or figure.')).toBeVisible();
  await app.getByRole('radio', { name: /Figures 8, 20/ }).check();
  await expect(app.getByText('Expected pretrained weights for Figures 8, 20 (CBR-LargeW), found none.')).toBeVisible();
  await expect(app.getByRole('button', { name: 'Continue to models' })).toBeDisabled();

  const { runs } = await runStudy(lab.api, {
    ...{ name: 'Short pretraining', dataset: dataset.id, models: ['cbr-tiny'], inits: ['random'], seeds: [0] },
    ...{ size: 32, batch: 4, steps: 1 },
  });
  await lab.api.mutate('weights.fromRun', { runId: runs[0]?.id, name: WEIGHTS });

  await app.reload();
  await app.getByRole('radio', { name: /Table 1/ }).check();
  await app.getByRole('combobox', { name: 'Weights of CBR-Small' }).selectOption('');
  await app.getByRole('combobox', { name: 'Weights of CBR-Tiny' }).selectOption(WEIGHTS);
  await app.getByRole('button', { name: 'Continue to models' }).click();
  await app.getByRole('button', { name: 'Continue to initialisation' }).click();
  await expect(app.getByRole('listitem', { name: 'Arm 1' }).getByLabel('Weights')).toHaveValue(WEIGHTS);
  await app.getByLabel('Compare all the same').check();
  await app.getByRole('button', { name: 'Continue to protocol' }).click();
  await app.getByText('All settings').click();
  const numbers = { 'Image size': '32', Batch: '4', Steps: '2', 'Score validation every': '2' };
  for (const [label, value] of Object.entries(numbers)) await app.getByRole('spinbutton', { name: label }).fill(value);
  await app.getByRole('textbox', { name: 'Seeds' }).fill('0, 1');
  await app.getByRole('button', { name: 'Continue to review' }).click();
  await expect(app.getByLabel('Name of the study')).toHaveValue(`Table 1: ${dataset.name}`);
  await app.getByRole('button', { name: 'Start the study' }).click();
  await expect(app.locator('header').getByText('Finished', { exact: true })).toBeVisible();

  await app.getByRole('link', { name: 'Results' }).click();
  const beside = app.getByRole('region', { name: /: beside Table 1 of the paper$/ });
  await expect(beside.getByRole('columnheader', { name: /Paper \(its own data\)/ })).toBeVisible();
  await expect(beside.getByRole('row', { name: /random/ })).toContainText('0.958');
});
