/**
 * `npm run screenshot`: the picture of the README, taken of the current app. Shows the newest study of the library (`--home`, TRANSFUSION_HOME
 * or the usual one), so `npm run demo` comes first.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from '@playwright/test';
import { findBrowser } from '../setup/browser.mjs';
import { node24Environment } from '../setup/node24.mjs';
import { ROOT } from '../setup/paths.mjs';

const OUT = path.join(ROOT, 'docs', 'images', 'screens', 'results-light.png');
const CLI = path.join(ROOT, 'main', 'cli', 'transfusion.ts');

const server = spawn(process.execPath, [CLI, 'serve', '--json', '--no-open', ...process.argv.slice(2)], {
  env: { ...process.env, ...node24Environment() },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const address = await addressOf(server);
  const browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  await page.goto(address.href);
  const newest = page.getByRole('table').getByRole('link').first();
  await newest.click();
  await page.getByRole('link', { name: 'Results', exact: true }).click();
  await page.getByRole('heading', { name: 'Differences on the same test images' }).waitFor();
  await page.getByText('computing', { exact: true }).first().waitFor({ state: 'detached' });
  await page.screenshot({ path: OUT });
  await browser.close();
  process.stdout.write(`${path.relative(ROOT, OUT)}\n`);
} finally {
  server.kill('SIGTERM');
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<URL>} */
async function addressOf(child) {
  for await (const line of createInterface({ input: /** @type {NodeJS.ReadableStream} */ (child.stdout) })) {
    const url = /"url":\s*"([^"]+)"/.exec(line)?.[1];
    if (url !== undefined) return new URL(url);
  }
  throw new Error('serve ended before it printed its address');
}
