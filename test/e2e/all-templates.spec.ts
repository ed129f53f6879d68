/** Every table and figure of the paper, chosen in the wizard and run to its end on phantoms; then what each is about is there to see. */
import type { StudySummary } from '../../shared/study/study.ts';
import type { ModelId } from '../../shared/study/models.ts';
import { STUDY_TEMPLATES } from '../../shared/templates/templates.ts';
import { until } from './support/api.ts';
import { runStudy } from './support/ready-library.ts';
import { expect, test, visit } from './support/test.ts';

test.use({ library: 'all templates' });

const MODELS: ModelId[] = ['cbr-tiny', 'cbr-small', 'cbr-largew'];
const PAPER = 'Paper (its own data)';

test('every template runs from the wizard to its results', async ({ app, lab, dataset }) => {
  // Runs are so short here that starting their processes takes most of the time.
  await lab.api.mutate('queue.setParallel', { runs: 2 });
  const { runs } = await runStudy(lab.api, {
    ...{ name: 'Pretraining of three models', dataset: dataset.id, models: MODELS, inits: ['random'], seeds: [0] },
    ...{ size: 32, batch: 4, steps: 1 },
  });
  for (const { id, model } of runs) await lab.api.mutate('weights.fromRun', { runId: id, name: `start of ${model}` });
  await app.reload();

  for (const { shows } of STUDY_TEMPLATES) {
    await visit(app, '#/studies/new');
    await app.getByRole('radio', { name: dataset.name }).check();
    await app.getByText('A table or figure of the paper').click();
    await app.getByRole('radio', { name: new RegExp(`^${shows}`) }).check();
    await app.getByRole('button', { name: 'Continue to models' }).click();
    await app.getByRole('button', { name: 'Continue to initialisation' }).click();
    await app.getByLabel('Compare all the same').check();
    await app.getByRole('button', { name: 'Continue to protocol' }).click();
    await app.getByText('All settings').click();
    const numbers = { 'Image size': '32', Batch: '4', Steps: '1', 'Score validation every': '1' };
    for (const [label, value] of Object.entries(numbers))
      await app.getByRole('spinbutton', { name: label }).fill(value);
    await app.getByRole('textbox', { name: 'Seeds' }).fill(shows.includes('Table 5') ? '0, 1' : '0');
    if (shows === 'Table 1') {
      await app.getByLabel('Largest loss of AUC').fill('0.6');
      await expect(app.getByText('Expected a number above 0 and below 0.5')).toBeVisible();
      await app.getByLabel('Largest loss of AUC').fill('0.02');
      await app.getByLabel('Reason', { exact: true }).fill('Two readers differ by as much.');
    }
    await app.getByRole('button', { name: 'Continue to review' }).click();
    await app.getByRole('button', { name: 'Start the study' }).click();
    await expect(app.getByRole('heading', { level: 1, name: shows })).toBeVisible();
  }

  const studies = await until(
    () => lab.api.query<StudySummary[]>('studies.list'),
    (list) => list.every(({ runs: { succeeded, failed, total } }) => succeeded + failed === total),
  );
  const open = async (shows: string, tab: string): Promise<void> => {
    const study = studies.find(({ name }) => name === `${shows}: ${dataset.name}`);
    expect(study, shows).toBeDefined();
    expect(study?.runs.failed, shows).toBe(0);
    await visit(app, `#/studies/${study?.id}${tab}`);
  };
  for (const { shows } of STUDY_TEMPLATES) {
    await open(shows, '');
    await expect(app.getByRole('region', { name: 'Verdict' })).toContainText('seed');
  }
  await open('Table 1', '');
  await expect(app.getByText('0.02', { exact: true }).first()).toBeVisible();
  await open('Table 1', '/results');
  await expect(app.getByRole('columnheader', { name: new RegExp(PAPER.replace(/[()]/g, '.')) })).toBeVisible();
  await open('Table 4', '/results');
  await expect(app.getByText('mean-var(start of cbr-tiny)').first()).toBeVisible();
  for (const shows of ['Figures 6, 15, 16', 'Figures 7, 19', 'Figures 8, 20', 'Figure 17', 'Figure 18']) {
    await open(shows, '/convergence');
    await expect(app.getByRole('heading', { name: 'Steps to a validation AUC of 0.8' })).toBeVisible();
    await expect(app.getByRole('columnheader', { name: /Ratio of medians to random/ }).first()).toBeVisible();
  }
  await open('Figures 12, 13', '/results');
  await expect(app.getByText('random, frozen to block1').first()).toBeVisible();
  await open('Figures 5, 9, 10, 14', '/filters');
  await expect(app.locator('option', { hasText: 'mean-var' }).first()).toBeAttached();
  await open('Figures 2 to 4, Table 5', '/similarity');
  await app.getByRole('button', { name: 'Compare the networks' }).click();
  await expect(app.getByRole('heading', { name: /^Before against after training/ })).toBeVisible();
});
