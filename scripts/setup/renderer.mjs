/** The pages of the app, built by vite into dist/renderer when their sources have changed. */
import fs from 'node:fs';
import path from 'node:path';
import { show } from './children.mjs';
import { fingerprint, readJson, remove, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { node24, node24Environment } from './node24.mjs';
import { SetupError, step } from './output.mjs';
import { CLONE_LOCK } from './packages.mjs';
import { packageCommand, RENDERER, ROOT } from './paths.mjs';

const STAMP = path.join(ROOT, 'dist', 'renderer.stamp.json');
const SOURCES = ['renderer', 'shared', 'package-lock.json', 'tsconfig.base.json'].map((name) => path.join(ROOT, name));

export async function ensureRenderer() {
  const sources = fingerprint(SOURCES);
  if (isBuilt(sources)) return;
  await withLock(CLONE_LOCK, 'building the pages of the app', async () => {
    if (isBuilt(sources)) return;
    await step('building the pages of the app', buildRenderer);
    writeJson(STAMP, { sources });
  });
}

/** @param {string} sources */
function isBuilt(sources) {
  return readJson(STAMP)?.sources === sources && fs.existsSync(path.join(RENDERER, 'index.html'));
}

/** Builds beside the old pages and swaps them, so that a server that runs meanwhile always finds whole ones. */
async function buildRenderer() {
  const draft = path.join(ROOT, 'dist', 'renderer.partial');
  remove(draft);
  const config = path.join(ROOT, 'renderer', 'vite.config.ts');
  const args = ['build', '--config', config, '--outDir', draft, '--emptyOutDir', '--logLevel', 'warn'];
  const outcome = await show(node24(), [packageCommand('vite'), ...args], { cwd: ROOT, env: node24Environment() });
  if (outcome.code !== 0) {
    throw new SetupError('vite could not build the pages in renderer/; its own message is above.', [
      'This is a fault in the sources: compare with a fresh clone, or report it with the message.',
    ]);
  }
  fs.rmSync(STAMP, { force: true });
  remove(RENDERER);
  fs.renameSync(draft, RENDERER);
}
