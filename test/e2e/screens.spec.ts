/** Every screen, light and dark: axe finds nothing, nothing overflows, and a picture is kept for people to look at. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { DATASET } from './support/ready-library.ts';
import { expect, test, visit } from './support/test.ts';

test.use({ library: 'screens' });

const ARTIFACTS = 'test/artifacts/screens';

interface Screen {
  name: string;
  open: (page: Page) => Promise<void>;
}

/** An address, and something that is there once the screen has settled. */
function at(name: string, hash: string, settled: string): Screen {
  return {
    name,
    open: async (page) => {
      await visit(page, hash);
      await expect(page.getByText(settled, { exact: false }).first()).toBeVisible();
    },
  };
}

async function datasetScreen(page: Page): Promise<void> {
  await visit(page, '#/datasets');
  await page.getByRole('link', { name: DATASET }).click();
  await expect(page.getByText('is in exactly one part')).toBeVisible();
  await page.waitForFunction(() => [...document.images].filter((image) => image.naturalWidth > 0).length > 10);
}

/** Compares the networks where that was not done yet. */
async function similarityScreen(page: Page, hash: string): Promise<void> {
  await visit(page, hash);
  const figure = page.getByRole('heading', { name: /^Before against after training/ });
  const compare = page.getByRole('button', { name: 'Compare the networks' });
  await expect(figure.or(compare)).toBeVisible();
  if (await compare.isVisible()) await compare.click();
  await expect(figure).toBeVisible();
  await expect(page.getByText('R squared', { exact: true })).toBeVisible();
}

function studyScreens(id: string): Screen[] {
  const base = `#/studies/${id}`;
  return [
    at('study-overview', `${base}/overview`, 'Arms at a glance'),
    at('study-runs', `${base}/runs`, 'Training loss'),
    at('study-results', `${base}/results`, 'Differences on the same test images'),
    at('study-convergence', `${base}/convergence`, 'Validation AUC, CBR-Tiny'),
    at('study-filters', `${base}/filters`, 'After training'),
    { name: 'study-similarity', open: (page) => similarityScreen(page, `${base}/similarity`) },
    at('study-mistakes', `${base}/mistakes`, 'Score bands'),
    at('study-report', `${base}/report`, 'Methods, as the report prints them'),
  ];
}

const COMMON: Screen[] = [
  at('studies', '#/studies', 'Studies'),
  at('datasets', '#/datasets', 'Demo data'),
  { name: 'dataset', open: datasetScreen },
  at('import-folder', '#/datasets/import', 'Which folder holds the images?'),
  at('study-wizard', '#/studies/new', 'New study'),
  at('weights', '#/weights', 'Weights'),
  at('paper', '#/paper', 'The paper beside yours'),
  at('settings', '#/settings', 'TensorFlow'),
];

async function picturesLoaded(page: Page): Promise<void> {
  await page.waitForFunction(() => [...document.images].every((image) => image.complete || image.loading === 'lazy'));
}

async function examine(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await picturesLoaded(page);
  await page.screenshot({ path: `${ARTIFACTS}/${name}.png` });
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${name}: ${id} at ${nodes.map((n) => n.target.join(' ')).join(', ')}`,
  );
  expect(found).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every screen is clean in ${colorScheme}`, async ({ app, finishedStudy }) => {
    await app.emulateMedia({ colorScheme });
    const screens = [...COMMON, ...studyScreens(finishedStudy.id)];
    for (const screen of screens) {
      await screen.open(app);
      await examine(app, `${screen.name}-${colorScheme}`);
    }
  });

  test(`every step of both wizards is clean in ${colorScheme}`, async ({ app, lab, dataset }) => {
    await app.emulateMedia({ colorScheme });
    await visit(app, '#/datasets/import');
    await app.getByLabel('Folder', { exact: true }).fill(lab.phantomFolder);
    await app.getByRole('button', { name: 'Read the folder' }).click();
    await expect(app.getByText('Usable images')).toBeVisible();
    await app.getByText('Why does this matter?').click();
    await examine(app, `import-found-${colorScheme}`);
    await app.getByRole('button', { name: 'Continue to labels' }).click();
    await examine(app, `import-labels-${colorScheme}`);
    await app.getByRole('button', { name: 'Continue to split' }).click();
    await examine(app, `import-split-${colorScheme}`);

    await visit(app, '#/studies/new');
    await app.getByLabel(dataset.name).check();
    await app.getByRole('button', { name: 'Continue to models' }).click();
    await app.getByLabel('CBR-Tiny', { exact: true }).check();
    await examine(app, `study-models-${colorScheme}`);
    await app.getByRole('button', { name: 'Continue to initialisation' }).click();
    await examine(app, `study-inits-${colorScheme}`);
    await app.getByRole('button', { name: 'Continue to protocol' }).click();
    await app.getByRole('spinbutton', { name: 'Image size' }).fill('32');
    await app.getByRole('spinbutton', { name: 'Steps' }).fill('4');
    await examine(app, `study-protocol-${colorScheme}`);
    await app.getByRole('button', { name: 'Continue to review' }).click();
    await expect(app.getByText('Memory at its peak')).toBeVisible();
    await examine(app, `study-review-${colorScheme}`);
  });
}

test('nothing is lost at 200 % and nothing is stretched at 4K', async ({ app, finishedStudy }) => {
  const screens = [...COMMON, ...studyScreens(finishedStudy.id)];
  for (const [name, width, height] of [
    ['zoomed', 640, 400],
    ['4k', 3840, 2160],
  ] as const) {
    await app.setViewportSize({ width, height });
    for (const screen of screens) {
      await screen.open(app);
      const overflow = await app.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${screen.name} at ${width} pixels`).toBeLessThanOrEqual(0);
      await app.screenshot({ path: `${ARTIFACTS}/${screen.name}-${name}.png` });
    }
  }
});
