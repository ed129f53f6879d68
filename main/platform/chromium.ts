/** Printing an HTML file to PDF with a browser of the Chromium family that is installed: no window, no network, a profile of its own. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../shared/system/errors.ts';
// The set-up reads the same file.
import places from './browsers.json' with { type: 'json' };

/** A report takes seconds; a browser that hangs is ended. */
const PATIENCE_MS = 120_000;

interface Surroundings {
  env: Record<string, string | undefined>;
  platform: string;
  exists: (file: string) => boolean;
}

/** TRANSFUSION_BROWSER, else the first one found; null where there is none. */
export function findChromium(
  { env, platform, exists }: Surroundings = { env: process.env, platform: process.platform, exists: fs.existsSync },
): string | null {
  const chosen = env['TRANSFUSION_BROWSER'];
  if (chosen) return exists(chosen) ? chosen : null;
  if (platform === 'win32') {
    const roots = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) => env[name] ?? []);
    return roots.flatMap((root) => places.windows.map((place) => path.win32.join(root, place))).find(exists) ?? null;
  }
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const inPath = places.commands.flatMap((name) => folders.map((folder) => path.posix.join(folder, name)));
  return [...(platform === 'darwin' ? places.mac : []), ...inPath].find(exists) ?? null;
}

/** Prints pages. Electron brings one of its own. */
export function createChromiumPrinter(find: () => string | null = findChromium) {
  return {
    available: () => find() !== null,
    /** The PDF of a local HTML file. @throws AppError `unsupported` where it cannot be printed. */
    async print(htmlFile: string): Promise<Uint8Array> {
      const program = find();
      if (program === null) throw refused('no browser of the Chromium family was found');
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pdf-'));
      try {
        const out = path.join(folder, 'out.pdf');
        const command = [program, ...argumentsFor(folder, out), pathToFileURL(htmlFile).href];
        if (!(await runWithoutNetwork(command, folder))) await run(command, folder);
        return fs.readFileSync(out);
      } catch (error) {
        throw error instanceof AppError ? error : refused('the browser wrote no PDF');
      } finally {
        fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

export type PdfPrinter = ReturnType<typeof createChromiumPrinter>;

function argumentsFor(folder: string, out: string): string[] {
  return [
    '--headless=new',
    `--user-data-dir=${path.join(folder, 'profile')}`,
    `--print-to-pdf=${out}`,
    '--no-pdf-header-footer',
    // Bookmarks from the headings; the document is tagged for screen readers by default.
    '--generate-pdf-document-outline',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-extensions',
    '--disable-crash-reporter',
    '--disable-breakpad',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--host-resolver-rules=MAP * ~NOTFOUND',
    // Chromium refuses its sandbox to root, and the page holds no script.
    ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

/**
 * No switch keeps Chromium from tying a socket to a public address at its start, to see whether there is IPv6. Linux can give it a network
 * of its own with nobody in it; false where that or the browser fails.
 */
async function runWithoutNetwork(command: readonly string[], folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    await run(['unshare', '--map-current-user', '--net', '--', ...command], folder);
    return true;
  } catch {
    return false;
  }
}

/** Runs it to its end, with the helpers that it leaves behind: they would write into `folder` once more while it is removed. */
async function run([program = '', ...args]: readonly string[], folder: string): Promise<void> {
  const hasGroups = process.platform !== 'win32';
  const child = spawn(program, args, {
    stdio: 'ignore',
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    windowsHide: true,
    detached: hasGroups,
    // Chromium makes a socket below TMPDIR. Systems allow its path 104 bytes, and it fails beyond: so the path starts here.
    cwd: folder,
    env: { ...process.env, TMPDIR: '.' },
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', () => reject(refused('the browser could not be started')));
    child.on('exit', resolve);
  });
  if (hasGroups && child.pid !== undefined) await endGroup(child.pid);
  if (code !== 0) throw refused('the browser failed');
}

/** Ends what is left of a process group, and waits until it is gone. */
async function endGroup(group: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      return;
    }
    await delay(20);
  }
}

function refused(why: string): AppError {
  return new AppError('unsupported', `The report could not be printed to PDF: ${why}.`, {
    action: 'Open report.html in a browser and print it from there, or name a browser with TRANSFUSION_BROWSER.',
  });
}
