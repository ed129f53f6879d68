/**
 * `npm run dist`: the packages of this platform into release/. Further words are passed to electron-builder, for
 * example `-- --linux dir`. Electron and the packaging tools are downloaded by electron-builder.
 */
import fs from 'node:fs';
import path from 'node:path';
import { remove } from './setup/files.mjs';
import { makeIcons } from './setup/icons.mjs';
import { ensureMain } from './setup/main-build.mjs';
import { printError, SetupError } from './setup/output.mjs';
import { ROOT, TFJS } from './setup/paths.mjs';
import { ensureRenderer } from './setup/renderer.mjs';
import { runTool } from './setup/stages.mjs';

try {
  await ensureRenderer();
  await ensureMain();
  await makeIcons();
  collectTensorflow();
  const platform = process.platform === 'win32' ? '--win' : '--linux';
  const args = process.argv.slice(2);
  process.exitCode = await runTool({
    package: 'electron-builder',
    args: ['--config', 'electron-builder.yml', '--publish', 'never', ...(args.length > 0 ? args : [platform])],
  });
} catch (error) {
  printError(error);
  process.exitCode = 1;
}

/** TensorFlow's libraries as real files with the names that are looked up at run time; no headers, no linker names. */
function collectTensorflow() {
  const source = path.join(TFJS, 'deps', 'lib');
  const target = path.join(ROOT, 'build', 'tensorflow');
  remove(target);
  fs.mkdirSync(target, { recursive: true });
  const names = fs
    .readdirSync(source)
    .filter((name) => /^lib.*\.so\.\d+$|\.dll$|^runtime\.json$|NOTICES|LICENSE/.test(name))
    .filter((name) => !fs.lstatSync(path.join(source, name)).isSymbolicLink());
  if (!names.some((name) => /\.so\.\d+$|\.dll$/.test(name))) {
    throw new SetupError('TensorFlow is not set up in this clone.', ['Run npm start once, then npm run dist again.']);
  }
  for (const name of names) placeCopy(fs.realpathSync(path.join(source, name)), path.join(target, name));
}

/** A hard link where the cache lies on the same disk: 0.9 GB less to write. @param {string} source @param {string} target */
function placeCopy(source, target) {
  try {
    fs.linkSync(source, target);
  } catch {
    fs.copyFileSync(source, target);
  }
}
