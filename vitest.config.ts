import { defineConfig } from 'vitest/config';

/** What takes longer hangs. No test waits for a time: each waits for what it expects, however slow the machine is. */
const HANGS_MS = 30 * 60_000;

export default defineConfig({
  test: {
    include: ['test/{unit,integration,reference}/**/*.test.ts'],
    // TensorFlow is native and keeps global state: one process per file, and no more files at once than cores.
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['test/support/own-temporary-folder.ts'],
    setupFiles: ['test/support/temporary-folder.ts'],
    testTimeout: HANGS_MS,
    hookTimeout: HANGS_MS,
    expect: { poll: { timeout: HANGS_MS } },
  },
});
