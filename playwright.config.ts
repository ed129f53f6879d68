import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/setup/browser.mjs';

const browser = process.env['CHROMIUM_PATH'] ?? findBrowser();

/** What takes longer hangs. No test waits for a time: each waits for what it expects, however slow the machine is. */
const HANGS_MS = 30 * 60_000;

export default defineConfig({
  testDir: './test/e2e',
  outputDir: './test/artifacts/e2e',
  globalSetup: './test/support/own-temporary-folder.ts',
  // Training takes all processors.
  workers: 1,
  retries: 0,
  // An expectation that fails takes its ten minutes: after three of them the rest would only be late.
  maxFailures: 3,
  forbidOnly: true,
  timeout: HANGS_MS,
  expect: { timeout: HANGS_MS / 3 },
  reporter: [['list'], ['json', { outputFile: './test/artifacts/e2e.json' }]],
  use: {
    actionTimeout: HANGS_MS / 3,
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      ...(browser === null ? {} : { executablePath: browser }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-default-apps',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
