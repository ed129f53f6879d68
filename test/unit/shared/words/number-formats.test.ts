import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

/** Where a number is written without `shared/words`, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'main/report/figures/explanation-figure.ts': 'coordinates and opacities of SVG',
};

/** Rounding a number, which stays a number, is no writing of it. */
const ROUNDING = /Number\(.*?\.to(?:Fixed|Precision)\(\w+\)\)/g;

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
  expect(found.sort()).toEqual(Object.keys(ALLOWED).sort());
});
