import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

/** Where a number is written without `shared/words`, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'main/report/sections/mistake-pictures.ts': 'coordinates of SVG',
  'main/report/figures/explanation-figure.ts': 'coordinates and opacities of SVG',
  'main/report/figures/chart-scale.ts': 'ticks of axes',
  'renderer/ui/chart/chart-setup.ts': 'ticks and tips of charts',
  'renderer/ui/chart/FigurePanel.svelte': 'as the ticks of its chart',
  // Drawings and tables that move to shared/figures and shared/tables.
  ...Object.fromEntries(
    [
      ...['main/cli/study/results-text.ts', 'main/report/sections/results-section.ts', 'shared/data-table.ts'],
      ...['main/report/sections/margin-section.ts', 'main/report/figures/scatter-figure.ts'],
      ...['renderer/features/filters/Histograms.svelte', 'renderer/features/results/ArmsForest.svelte'],
      ...['renderer/features/results/ModelTable.svelte'],
      ...['renderer/features/similarity/ScatterStages.svelte', 'shared/figures/histograms-svg.ts'],
    ].map((file) => [file, 'moves']),
  ),
};

/** Rounding a number, which stays a number, is no writing of it. */
const ROUNDING = /Number\(.*?\.to(?:Fixed|Precision)\(\d+\)\)/g;

it('numbers are written by shared/words alone', () => {
  const files = globSync('{main,renderer,shared}/**/*.{ts,svelte}', { cwd: ROOT }).filter(
    (file) => !file.startsWith('shared/words/'),
  );
  const found = files.filter((file) =>
    /\.to(Fixed|Precision|LocaleString)\(|Intl\.(Number|DateTime)Format/.test(
      readFileSync(path.join(ROOT, file), 'utf8').replaceAll(ROUNDING, ''),
    ),
  );
  expect(files.length).toBeGreaterThan(400);
  expect(found.filter((file) => !(file in ALLOWED))).toEqual([]);
});
