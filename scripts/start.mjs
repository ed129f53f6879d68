/** `npm start`: the Electron window where Electron's binary is installed, else the same app in the browser. */
import fs from 'node:fs';
import path from 'node:path';
import { become } from './setup/children.mjs';
import { projectFile } from './setup/node24.mjs';
import { printError, say } from './setup/output.mjs';
import { NODE_MODULES, ROOT } from './setup/paths.mjs';

const ELECTRON = path.join(NODE_MODULES, 'electron');
const args = process.argv.slice(2);

try {
  const program = findElectron();
  const hasScreen = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (program && hasScreen) {
    const { ensureMain } = await import('./setup/main-build.mjs');
    await ensureMain();
    await become(program, [ROOT, ...args], { cwd: ROOT });
  } else {
    say(
      program
        ? 'There is no screen here, so the app opens in the browser at this address:'
        : "Electron's binary is not installed (npx install-electron fetches it), so the app opens in the browser at this address:",
    );
    const open = process.env['CI'] ? ['--no-open'] : [];
    await become(process.execPath, [projectFile('main/cli/transfusion.ts'), 'serve', ...open, ...args], { cwd: ROOT });
  }
} catch (error) {
  printError(error);
  process.exitCode = 1;
}

/** The program that `install-electron` has put there, or null. npm fetches it with install scripts only, which are off. */
function findElectron() {
  const note = path.join(ELECTRON, 'path.txt');
  if (!fs.existsSync(note)) return null;
  const program = path.join(ELECTRON, 'dist', fs.readFileSync(note, 'utf8').trim());
  return fs.existsSync(program) ? program : null;
}
