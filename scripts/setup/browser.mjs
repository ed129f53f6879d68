/** A Chromium for the end-to-end tests: the system's, else Playwright's own, else one is installed: Debian's package, Playwright's. */
import fs from 'node:fs';
import path from 'node:path';
import { show } from './children.mjs';
import { node24, node24Environment } from './node24.mjs';
import { SetupError, say, step } from './output.mjs';
import { packageCommand, ROOT } from './paths.mjs';

const PLACES = /** @type {{ commands: string[], windows: string[], mac: string[] }} */ (
  JSON.parse(fs.readFileSync(path.join(ROOT, 'main', 'platform', 'browsers.json'), 'utf8'))
);

/**
 * An installed browser of the Chromium family, or null.
 * @param {{ env: Record<string, string | undefined>, platform: string, exists: (file: string) => boolean }} [surroundings]
 */
export function findBrowser(
  { env, platform, exists } = { env: process.env, platform: process.platform, exists: fs.existsSync },
) {
  const chosen = env['TRANSFUSION_BROWSER'];
  if (chosen) return exists(chosen) ? chosen : null;
  const windows = platform === 'win32';
  const join = windows ? path.win32.join : path.posix.join;
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(windows ? ';' : ':').filter(Boolean);
  const candidates = windows
    ? ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) =>
        PLACES.windows.map((place) => join(env[name] ?? '', place)),
      )
    : [
        ...(platform === 'darwin' ? PLACES.mac : []),
        ...PLACES.commands.flatMap((name) => folders.map((folder) => join(folder, name))),
      ];
  return candidates.find(exists) ?? null;
}

/**
 * The browser for the tests, installed when there is none.
 * @returns {Promise<string>} absolute path; also the value of TRANSFUSION_BROWSER for the tests
 */
export async function ensureBrowser() {
  const chosen = process.env['TRANSFUSION_BROWSER'];
  const found = findBrowser() ?? (chosen ? null : await playwrightBrowser());
  if (found) return found;
  if (chosen) {
    throw new SetupError('TRANSFUSION_BROWSER names a file that does not exist.', [
      'Point it at a Chromium, Chrome or Edge program, or unset it.',
    ]);
  }
  const ways = [installByApt, installByPlaywright];
  for (const way of ways) {
    const installed = await way();
    if (installed) return installed;
  }
  throw new SetupError('The end-to-end tests need a browser of the Chromium family, and none was found.', [
    'Debian, Ubuntu:  sudo apt-get install chromium        (Ubuntu: chromium-browser)',
    'Fedora:          sudo dnf install chromium',
    'Windows:         winget install Google.Chrome',
    'Elsewhere:       npx playwright install chromium, or set TRANSFUSION_BROWSER to the program of one that you have',
  ]);
}

/** What `playwright install` has put in the user's cache, or null. */
async function playwrightBrowser() {
  const { chromium } = /** @type {{ chromium: { executablePath(): string } }} */ (await import('@playwright/test'));
  const place = chromium.executablePath();
  return place && fs.existsSync(place) ? place : null;
}

async function installByPlaywright() {
  const outcome = await step('fetching a browser for the tests by Playwright (about 170 MB)', () =>
    show(node24(), [packageCommand('playwright'), 'install', 'chromium'], { cwd: ROOT, env: node24Environment() }),
  );
  if (outcome.code !== 0) say('[set-up] Playwright could not fetch its browser.');
  return outcome.code === 0 ? await playwrightBrowser() : null;
}

async function installByApt() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) return null;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step('installing chromium by apt-get', async () => {
    await show('apt-get', ['update', '-qq'], { env });
    await show('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
  });
  return findBrowser();
}
