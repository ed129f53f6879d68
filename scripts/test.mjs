/**
 * `npm test`: vitest, then the end-to-end tests in a browser; at the end what was skipped, and one line with the sums. `reference` runs
 * test/reference only, `first-study` the browser test that trains for minutes; any other words are passed to vitest as a filter, without
 * the browser.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readJson, remove } from './setup/files.mjs';
import { runTool } from './setup/stages.mjs';
import {
  addCounts,
  closingLine,
  countPlaywright,
  countVitest,
  isSuccess,
  skippedByPlaywright,
  skippedByVitest,
} from './testing/counts.mjs';

const FIRST_STUDY = '@first-study';
const firstStudy = process.argv[2] === 'first-study';
const filters = process.argv.slice(2).map((word) => (word === 'reference' ? 'test/reference' : word));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-tests-'));
const reports = { vitest: path.join(folder, 'vitest.json'), playwright: path.join(folder, 'playwright.json') };
// The runners keep caches of their own there.
const temporary = path.join(folder, 'tmp');
fs.mkdirSync(temporary);
const env = { TMPDIR: temporary, TEMP: temporary, TMP: temporary };

try {
  const ran = firstStudy ? [await runPlaywright(['--grep', FIRST_STUDY])] : [await runVitest()];
  if (filters.length === 0) ran.push(await runPlaywright(['--grep-invert', FIRST_STUDY]));
  const sum = addCounts(ran.map(({ counts }) => counts));
  for (const test of ran.flatMap(({ skipped }) => skipped)) process.stdout.write(`\nskipped: ${test}`);
  process.stdout.write(`\n${closingLine(sum)}\n`);
  process.exitCode = isSuccess(sum) ? 0 : 1;
} finally {
  remove(folder);
}

async function runVitest() {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reports.vitest}`];
  const code = await runTool({ package: 'vitest', args: ['run', ...reporters, ...filters], env });
  const report = readJson(reports.vitest);
  return { counts: countVitest(report, code), skipped: skippedByVitest(report) };
}

async function runPlaywright(which) {
  const code = await runTool({
    package: '@playwright/test',
    command: 'playwright',
    args: ['test', '--reporter=list,json', ...which],
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: reports.playwright },
  });
  const report = readJson(reports.playwright);
  return { counts: countPlaywright(report, code), skipped: skippedByPlaywright(report) };
}
