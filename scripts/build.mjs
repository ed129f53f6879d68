/** `npm run build`: the renderer by vite, the rest by tsc, the preload as one file; all into dist/. */
import fs from 'node:fs';
import { ensureMain } from './setup/main-build.mjs';
import { printError, say } from './setup/output.mjs';
import { ensureRenderer } from './setup/renderer.mjs';
import { RENDERER } from './setup/paths.mjs';

try {
  await ensureRenderer();
  await ensureMain();
  say(`[set-up] built: dist/main, dist/shared and dist/renderer (${fs.readdirSync(RENDERER).length} entries)`);
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
