/** Every building block of `renderer/ui` in a real browser: light, dark, twice the text, by keyboard, and by axe. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { build } from 'vite';
import { drawFigure } from '../../shared/figures/drawing/draw-figure.ts';
import { BARS } from '../components/made-up-figures.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ORIGIN = 'http://components.test';
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const PAGES = ['controls', 'feedback', 'figures', 'images', 'layout', 'numbers', 'tables', 'wizard'] as const;

interface Fixtures {
  /** Opens a page of blocks; requests are answered from the build, and nothing else is reachable. */
  open: (name: (typeof PAGES)[number]) => Promise<Page>;
}

const test = base.extend<Fixtures, { built: string }>({
  built: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern.
    async ({}, use, info) => {
      const outDir = path.join(info.project.outputDir, `components-${info.workerIndex}`);
      await build({ configFile: path.join(ROOT, 'test/components/vite.config.ts'), build: { outDir } });
      await use(outDir);
    },
    { scope: 'worker' },
  ],
  open: async ({ page, built }, use) => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.route('**/*', async (route) => {
      const { pathname, origin } = new URL(route.request().url());
      if (origin !== ORIGIN) return route.abort();
      if (pathname === '/favicon.ico') return route.fulfill({ status: 204 });
      const file = pathname === '/' ? '/index.html' : pathname;
      return route.fulfill({
        body: readFileSync(path.join(built, file)),
        contentType: TYPES[path.extname(file)] ?? 'application/octet-stream',
      });
    });
    await use(async (name) => {
      await page.goto(`${ORIGIN}/#${name}`);
      await expect(page.locator('[data-story]').first()).toBeVisible();
      return page;
    });
    expect(complaints).toEqual([]);
  },
});

const story = (page: Page, name: string): Locator => page.locator(`[data-story="${name}"]`);
const said = (page: Page, name: string): Locator => page.locator(`[data-said="${name}"]`);

/** Parts of the page that stick out to the right of it. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document.documentElement.scrollWidth <= window.innerWidth
      ? []
      : [...document.querySelectorAll('[data-story] *')]
          .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
          .map((element) => `${element.closest('[data-story]')?.getAttribute('data-story')}: ${element.tagName}`),
  );
}

test('each block of renderer/ui stands on one of the pages', async ({ open }) => {
  const shown = new Set<string>();
  for (const name of PAGES) {
    const page = await open(name);
    await page.reload();
    await expect(page.locator('[data-story]').first()).toBeVisible();
    for (const block of await page
      .locator('[data-story]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-story')))) {
      shown.add(block ?? '');
    }
  }
  // These stand inside the page of another block.
  const INSIDE = ['Facts', 'FigureMenu', 'LineChart', 'Section', 'Table', 'TableCell', 'TableMenu', 'Tiles'];
  for (const inside of INSIDE) shown.add(inside);
  const blocks = readdirSync(path.join(ROOT, 'renderer/ui'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.svelte'))
    .map((file) => path.basename(file, '.svelte'));
  expect(blocks.filter((block) => !shown.has(block))).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const name of PAGES) {
    test(`${name}, ${colorScheme}: axe finds nothing`, async ({ open, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await open(name);
      // The pages are no documents: a block's heading begins where its place in the app begins.
      const { violations } = await new AxeBuilder({ page })
        .disableRules(['page-has-heading-one', 'heading-order', 'region', 'landmark-unique'])
        .analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
    });
  }
}

for (const name of PAGES) {
  test(`${name}: twice the text fits 880 pixels`, async ({ open, page }) => {
    await page.setViewportSize({ width: 880, height: 900 });
    await page.addInitScript(() => {
      document.addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%'));
    });
    await open(name);
    await expect(page.locator('html')).toHaveCSS('font-size', '32px');
    expect(await overflowing(page)).toEqual([]);
  });
}

test.describe('by keyboard', () => {
  test('buttons, boxes and fields', async ({ open }) => {
    const page = await open('controls');
    await page.getByRole('button', { name: 'Start' }).focus();
    await page.keyboard.press('Enter');
    await expect(said(page, 'Button')).toHaveText('started');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await expect(said(page, 'Button')).toHaveText('paused');
    // Disabled and busy buttons are passed over.
    await page.getByRole('button', { name: 'Remove', exact: true }).focus();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'A link' })).toBeFocused();

    await page.getByRole('checkbox', { name: 'Left eye' }).press('Space');
    await expect(said(page, 'Check')).toHaveText('true');
    await page.getByRole('radio', { name: 'Train' }).press('ArrowRight');
    await expect(said(page, 'Segmented')).toHaveText('test');
    await page.getByLabel('Measure').selectOption({ label: 'Brier score' });
    await expect(said(page, 'ChoiceField')).toHaveText('brier');
    await page.getByRole('spinbutton', { name: 'Image size' }).fill('');
    await page.keyboard.press('Tab');
    await expect(said(page, 'NumberInput')).toHaveText('null');
    await page.getByRole('spinbutton', { name: 'Image size' }).fill('224');
    await expect(said(page, 'NumberInput')).toHaveText('224');
  });

  test('a field tells its error to the control', async ({ open }) => {
    const page = await open('controls');
    const input = page.getByRole('textbox', { name: 'Name' });
    await expect(input).toHaveAccessibleDescription('As it will stand in the report. Expected a name, got none.');
    await expect(input).toHaveAttribute('aria-invalid', 'true');
    await input.fill('Clinic');
    await expect(input).toHaveAccessibleDescription('As it will stand in the report.');
  });

  test('a menu: arrows pass over what is disabled, Escape gives the focus back', async ({ open }) => {
    const page = await open('controls');
    const trigger = page.getByRole('button', { name: 'Actions for the study' });
    await trigger.press('Enter');
    await expect(page.getByRole('menuitem', { name: 'Duplicate' })).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('menuitem', { name: 'Remove' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(trigger).toBeFocused();
    await trigger.press('Enter');
    await page.keyboard.press('Enter');
    await expect(said(page, 'Menu')).toHaveText('duplicated');
  });

  test('a stepper goes only where it may', async ({ open }) => {
    const page = await open('controls');
    await expect(page.getByRole('button', { name: 'Step 4: Import' })).toBeDisabled();
    await page.getByRole('button', { name: 'Step 3: Split' }).press('Enter');
    await expect(said(page, 'Stepper')).toHaveText('2');
    await expect(page.getByRole('button', { name: 'Split' })).toHaveAttribute('aria-current', 'step');
  });

  test('a dialog keeps the focus inside and gives it back', async ({ open }) => {
    const page = await open('feedback');
    const opener = page.getByRole('button', { name: 'Open the dialog' });
    await opener.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'About these weights' });
    await expect(dialog).toBeVisible();
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Tab');
      expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    }
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
  });

  test('a question can be left without an answer', async ({ open }) => {
    const page = await open('feedback');
    const opener = page.getByRole('button', { name: 'Remove the dataset' });
    await opener.press('Enter');
    await expect(page.getByRole('dialog')).toContainText('your images stay');
    await page.keyboard.press('Escape');
    await expect(said(page, 'ConfirmDialog')).toHaveText('');
    await opener.press('Enter');
    await page.getByRole('button', { name: 'Remove dataset' }).press('Enter');
    await expect(said(page, 'ConfirmDialog')).toHaveText('removed');
  });

  test('a reason is told on focus', async ({ open }) => {
    const page = await open('feedback');
    await story(page, 'Tip').getByText('–').first().focus();
    await expect(page.getByText('No run of this arm has finished').first()).toBeVisible();
    await page.getByText('Why these?').press('Enter');
    await expect(page.getByText("They are the paper's own.")).toBeVisible();
    await expect(page.getByRole('progressbar', { name: 'Importing' })).toHaveAttribute('aria-valuetext', '30 %');
  });

  test('a grid of ten thousand images draws few, moves by arrows and opens one', async ({ open }) => {
    const page = await open('images');
    const grid = story(page, 'VirtualGrid');
    const cells = grid.locator('[data-index]');
    expect(await cells.count()).toBeLessThan(200);
    await grid.locator('[data-index="0"]').focus();
    await page.keyboard.press('End');
    await expect(grid.locator('[data-index="9999"]')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(said(page, 'VirtualGrid')).toHaveText('opened 9999');
    await page.keyboard.press('PageUp');
    await expect(said(page, 'Lightbox')).toHaveText('shows 9998');
    await page.keyboard.press('Escape');
    await expect(said(page, 'Lightbox')).toHaveText('closed');
  });

  test('a figure is drawn, told, listed and saved', async ({ open }) => {
    const page = await open('figures');
    const panel = story(page, 'FigurePanel').getByRole('region', { name: 'How far each stage moved' });
    const drawn = panel.getByRole('img', { name: 'How far each stage moved' });
    await expect(drawn.locator('desc')).toHaveText('random: 0.800; transfer(natural): 0.900.');
    await panel.getByRole('button', { name: 'Copy or save How far each stage moved' }).press('Enter');
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save as SVG' }).press('Enter');
    expect(readFileSync(await (await download).path(), 'utf8')).toBe(drawFigure(BARS).svg);
    await panel.getByRole('button', { name: 'Show as table' }).press('Enter');
    await expect(panel.getByRole('row')).toHaveCount(9);
  });

  test('a step of the wizard goes back and on', async ({ open }) => {
    const page = await open('wizard');
    await expect(page.getByRole('heading', { name: 'Models' })).toBeFocused();
    await page.getByRole('button', { name: 'Continue to weights' }).press('Enter');
    await expect(said(page, 'WizardStep')).toHaveText('next');
    await page.getByRole('button', { name: 'Back' }).press('Enter');
    await expect(said(page, 'WizardStep')).toHaveText('back');
  });
});
