/** The screen of one dataset: pictures found twice, images left out by hand, and its split as a file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { picture } from '../support/made-up-picture.ts';
import type { Lab } from './support/lab.ts';
import { expect, test, visit } from './support/test.ts';

test.use({ library: 'dataset' });

/** 20 x-rays of 20 patients, and one of them smaller under another name. */
async function writeFolder({ scratch }: Lab): Promise<string> {
  const folder = path.join(scratch, 'chest');
  mkdirSync(folder);
  const images = [...Array.from({ length: 20 }, (_, i) => picture(i)), picture(3).resize(32, 32)];
  const rows = images.map((_, i) => `x${i}.png,P${i},${i === 20 ? 1 : i % 2}`);
  for (const [i, image] of images.entries()) await image.png().toFile(path.join(folder, `x${i}.png`));
  writeFileSync(path.join(folder, 'labels.csv'), `image,patient,pneumonia\n${rows.join('\n')}\n`);
  return folder;
}

test('pairs are shown, an image is left out with a reason, and the split goes out and in as a file', async ({
  app,
  lab,
}) => {
  const folder = await writeFolder(lab);
  const { datasetId } = await lab.api.job<{ datasetId: string }>('datasets.import', { folder, name: 'Chest' });
  await visit(app, `#/datasets/${datasetId}`);
  await expect(app.getByRole('heading', { name: 'Pictures found twice' })).toBeVisible();
  await app.getByRole('button', { name: 'These are different pictures' }).click();
  await app.getByLabel('How can you tell?').fill('other ribs');
  await app.getByRole('button', { name: 'They are different' }).click();
  await expect(app.getByText('Declared different:')).toBeVisible();

  await app.getByRole('group', { name: 'Images of Chest' }).getByRole('button').first().click();
  await app.getByRole('button', { name: 'Leave out' }).click();
  await expect(app.getByText('Expected a reason, got none.')).toBeVisible();
  await app.getByLabel('Why is this image to be left out?').fill('a phantom');
  await app.getByRole('button', { name: 'Leave out' }).click();
  await expect(app.getByText('To be left out: a phantom')).toBeVisible();
  await app.keyboard.press('Escape');
  await expect(app.getByRole('heading', { name: 'Images to be left out' })).toBeVisible();
  await app.getByRole('button', { name: 'Import again without them' }).click();
  await expect(app.getByRole('heading', { name: 'Chest, checked', level: 1 })).toBeVisible();
  await expect(app.getByRole('rowheader', { name: 'Not left out by hand' })).toBeVisible();

  const download = app.waitForEvent('download');
  await app.getByRole('button', { name: 'Download which image is in which part as CSV' }).click();
  await (await download).saveAs(path.join(lab.scratch, 'split.csv'));
  await visit(app, '#/datasets/import');
  await app.getByLabel('Folder', { exact: true }).fill(folder);
  await app.getByRole('button', { name: 'Read the folder' }).click();
  await app.getByRole('button', { name: 'Continue to labels' }).click();
  await app.getByRole('button', { name: 'Continue to split' }).click();
  await app.getByRole('button', { name: 'Use a split file' }).click();
  await app.getByRole('dialog').getByLabel('Folder or file').fill(path.join(lab.scratch, 'split.csv'));
  await app.getByRole('dialog').getByLabel('Folder or file').press('Enter');
  await expect(app.getByText('The split follows split.csv')).toBeVisible();
});
