/**
 * `npm test`: vitest, then the end-to-end tests in a browser; at the end one line with the sums. `reference` runs
 * test/reference only; any other words are passed to vitest as a filter, without the browser.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readJson, remove } from './setup/files.mjs';
import { ROOT } from './setup/paths.mjs';
import { runTool } from './setup/stages.mjs';
import { addCounts, closingLine, countPlaywright, countVitest, isSuccess } from './testing/counts.mjs';

const filters = process.argv.slice(2).map((word) => (word === 'reference' ? 'test/reference' : word));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-tests-'));
const reports = { vitest: path.join(folder, 'vitest.json'), playwright: path.join(folder, 'playwright.json') };

const counts = [await runVitest()];
if (filters.length === 0 && fs.existsSync(path.join(ROOT, 'playwright.config.ts'))) counts.push(await runPlaywright());
remove(folder);
const sum = addCounts(counts);
process.stdout.write(`\n${closingLine(sum)}\n`);
process.exitCode = isSuccess(sum) ? 0 : 1;

async function runVitest() {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reports.vitest}`];
  const code = await runTool({ package: 'vitest', args: ['run', ...reporters, ...filters] });
  return countVitest(readJson(reports.vitest), code);
}

async function runPlaywright() {
  const code = await runTool({
    package: '@playwright/test',
    command: 'playwright',
    args: ['test', '--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: reports.playwright },
  });
  return countPlaywright(readJson(reports.playwright), code);
}
