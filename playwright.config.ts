import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/setup/browser.mjs';

const browser = process.env['CHROMIUM_PATH'] ?? findBrowser();

// The tests share one library and one server (test/e2e/support/lab.ts): a worker at a time, in the order of the files.
export default defineConfig({
  testDir: './test/e2e',
  outputDir: './test/artifacts/e2e',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: './test/artifacts/e2e.json' }]],
  use: {
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
