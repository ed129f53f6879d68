/** The app before anything was done in it. */
import { expect, test, visit } from './support/test.ts';

test.use({ library: 'empty' });

test('an empty library teaches three steps and offers demo data', async ({ app }) => {
  await expect(app.getByRole('heading', { name: 'Bring images' })).toBeVisible();
  await expect(app.getByRole('button', { name: 'Use demo data' })).toBeEnabled();
  await visit(app, '#/weights');
  await expect(app.getByRole('rowheader', { name: 'natural-cbr-tiny' })).toBeVisible();
  await visit(app, '#/nowhere');
  await expect(app.getByText('There is no such screen')).toBeVisible();
});
