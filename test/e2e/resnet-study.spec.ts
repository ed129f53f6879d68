/**
 * ResNet-50 from five initialisations with slim arms beside the grid, from the wizard to the results; the weights come from a
 * short run of ResNet-50 on natural phantoms.
 */
import type { Api } from './support/api.ts';
import { runStudy, runsToTheirEnd } from './support/ready-library.ts';
import { expect, test, visit } from './support/test.ts';

test.use({ library: 'resnet study' });

const WEIGHTS = 'natural-resnet50';
const ARTIFACTS = 'test/artifacts/screens';

async function makeWeights(api: Api): Promise<void> {
  const phantom = { kind: 'natural', patients: 6, size: 32, seed: 1 };
  const { folder } = await api.job<{ folder: string }>('phantoms.create', phantom);
  const importing = { folder, name: 'Natural phantoms' };
  const { datasetId } = await api.job<{ datasetId: string }>('datasets.import', importing);
  const { runs } = await runStudy(api, {
    ...{ name: 'Pretraining', dataset: datasetId, size: 32, batch: 8, steps: 2, head: 'softmax' },
    ...{ models: ['resnet50'], inits: ['random'], seeds: [0] },
  });
  await api.mutate('weights.fromRun', { runId: runs[0]?.id, name: WEIGHTS });
}

test('the wizard takes a grid and arms beside it; the study runs to its end and shows every arm', async ({
  app,
  lab,
  dataset,
}) => {
  await makeWeights(lab.api);
  await visit(app, '#/studies/new');
  await app.getByLabel(dataset.name).check();
  await app.getByRole('button', { name: 'Continue to models' }).click();
  for (const name of ['CBR-Small', 'CBR-Tiny']) await app.getByLabel(name, { exact: true }).uncheck();
  await app.getByLabel('ResNet-50', { exact: true }).check();
  await app.screenshot({ path: `${ARTIFACTS}/resnet-models.png`, fullPage: true });
  await app.getByRole('button', { name: 'Continue to initialisation' }).click();
  await app.getByLabel('Weights of ResNet-50', { exact: true }).selectOption(WEIGHTS);
  for (const name of ['Transfer', 'Mean-var', 'Gabor', 'up to block1']) {
    await app.getByLabel(name, { exact: true }).check();
  }

  await app.getByRole('button', { name: 'Add an arm' }).click();
  const first = app.getByRole('listitem', { name: 'Arm 1' });
  await expect(first.getByLabel('Model')).toHaveValue('resnet50-slim');
  await first.getByLabel('Model').selectOption('resnet50');
  await expect(first.getByText('This arm is in the study already.')).toBeVisible();
  await expect(app.getByRole('button', { name: 'Continue to protocol' })).toBeDisabled();
  await first.getByLabel('Model').selectOption('resnet50-slim');
  await app.getByRole('button', { name: 'Add an arm' }).click();
  const second = app.getByRole('listitem', { name: 'Arm 2' });
  await second.getByLabel('Initialisation').selectOption('transfusion');
  await second.getByLabel('Weights').selectOption(WEIGHTS);
  await expect(second.getByText('Choose the last stage')).toBeVisible();
  await second.getByLabel('Up to').selectOption('block2');
  await app.getByRole('button', { name: 'Add an arm' }).click();
  await app.getByRole('button', { name: 'Remove arm 3' }).click();
  await expect(app.getByRole('listitem', { name: /^Arm / })).toHaveCount(2);
  await app.screenshot({ path: `${ARTIFACTS}/resnet-inits.png`, fullPage: true });
  await app.getByRole('button', { name: 'Continue to protocol' }).click();
  await app.getByText('All settings').click();

  const numbers = {
    'Image size': '32',
    Batch: '4',
    Steps: '6',
    'Score validation every': '1',
    'Stop early after': '1',
    'Smallest gain': '0.5',
  };
  for (const [label, value] of Object.entries(numbers)) await app.getByRole('spinbutton', { name: label }).fill(value);
  await app.getByLabel('Class weights').selectOption('balanced');
  await app.getByRole('textbox', { name: 'Seeds' }).fill('0');
  await app.getByRole('textbox', { name: 'Training images' }).fill('16');
  await app.reload();
  await app.getByText('All settings').click();
  await expect(app.getByRole('spinbutton', { name: 'Stop early after' })).toHaveValue('1');
  await app.screenshot({ path: `${ARTIFACTS}/resnet-protocol.png`, fullPage: true });
  await app.getByRole('button', { name: 'Continue to review' }).click();
  const arms = app.getByRole('table', { name: 'Arms of this study' });
  await expect(arms.getByRole('row')).toHaveCount(8);
  await expect(arms.getByRole('row', { name: /transfusion\(natural-resnet50, block2\) .*slim/ })).toBeVisible();
  await expect(app.getByText('Time at most')).toBeVisible();
  await app.getByText('Methods, as the report').click();
  await expect(app.getByText('weighted by class')).toBeVisible();
  await app.screenshot({ path: `${ARTIFACTS}/resnet-review.png`, fullPage: true });
  await app.getByLabel('Name of the study').fill('ResNet-50 and slim');
  await app.getByRole('button', { name: 'Start the study' }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'ResNet-50 and slim' })).toBeVisible();

  const studies = await lab.api.query<{ id: string; name: string }[]>('studies.list');
  const id = studies.find(({ name }) => name === 'ResNet-50 and slim')?.id ?? '';
  await visit(app, `#/studies/${id}/runs`);
  const runs = await runsToTheirEnd(lab.api, id);
  await expect(app.locator('header').getByText('Finished', { exact: true })).toBeVisible();
  expect(runs).toHaveLength(7);
  // An AUC can rise by more than a half once.
  for (const { result } of runs) {
    expect(result).toMatchObject({ stoppedEarly: { plannedSteps: 6 } });
    expect([2, 3]).toContain(result?.steps);
  }
  await visit(app, `#/studies/${id}/runs/${runs[0]?.id}`);
  await expect(app.getByText(`stopped early at step ${runs[0]?.result?.steps} of 6`)).toBeVisible();
  await expect(app.getByText(/augmenting [\d.]+ ms an image/)).toBeVisible();
  await app.screenshot({ path: `${ARTIFACTS}/resnet-run.png`, fullPage: true });
  await visit(app, `#/studies/${id}/results`);
  const table = app.getByRole('table', { name: /AUC on the test split$/ });
  await expect(table.getByText('transfusion(natural-resnet50, block2)').first()).toBeVisible();
  await app.screenshot({ path: `${ARTIFACTS}/resnet-results.png`, fullPage: true });
  await visit(app, `#/studies/${id}/convergence`);
  await expect(
    app.getByText(/5 of 5 runs stopped early, at (step [23]|steps 2 to 3) of 6; their curves end there\./),
  ).toBeVisible();
  await app.screenshot({ path: `${ARTIFACTS}/resnet-convergence.png`, fullPage: true });
});
