/** The window of the desktop app. Runs where Electron's binary is there. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import { ensureMain } from '../../scripts/setup/main-build.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PACKAGE = path.join(ROOT, 'node_modules', 'electron');
const ENTRY = path.join(ROOT, 'dist', 'main', 'electron', 'main.js');

/** What Electron's own package names as its binary, or null where that was not downloaded. */
function findElectron(): string | null {
  const note = path.join(PACKAGE, 'path.txt');
  const binary = existsSync(note) ? path.join(PACKAGE, 'dist', readFileSync(note, 'utf8')) : null;
  return binary !== null && existsSync(binary) ? binary : null;
}

test('the window opens on the studies and offers the desktop host', async () => {
  const executablePath = findElectron();
  test.skip(executablePath === null, "Electron's binary is not installed on this machine.");
  await ensureMain();
  const home = mkdtempSync(path.join(os.tmpdir(), 'electron-'));
  const app = await _electron.launch({
    ...(executablePath === null ? {} : { executablePath }),
    args: [ENTRY, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: { ...(process.env as Record<string, string>), TRANSFUSION_HOME: home },
  });
  try {
    const window = await app.firstWindow();
    await expect(window.getByRole('heading', { level: 1, name: 'Studies' })).toBeVisible();
    expect(await window.evaluate(() => (window as { transfusionHost?: { kind: string } }).transfusionHost?.kind)).toBe(
      'electron',
    );
    expect(await window.evaluate(() => typeof (window as { require?: unknown }).require)).toBe('undefined');
  } finally {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  }
});
