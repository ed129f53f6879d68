/** The main side, compiled for Electron and for packaging: dist/main and dist/shared, and the preload as one file. */
import fs from 'node:fs';
import path from 'node:path';
import { show } from './children.mjs';
import { fingerprint, readJson, remove, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { node24, node24Environment } from './node24.mjs';
import { SetupError, step } from './output.mjs';
import { CLONE_LOCK } from './packages.mjs';
import { packageCommand, ROOT } from './paths.mjs';

const DIST = path.join(ROOT, 'dist');
const STAMP = path.join(DIST, 'main.stamp.json');
const PRELOAD = path.join(ROOT, 'main', 'electron', 'preload.ts');
const SOURCES = ['main', 'shared', 'package-lock.json', 'tsconfig.base.json', 'tsconfig.build.json', 'scripts'];

export async function ensureMain() {
  const sources = fingerprint(SOURCES.map((name) => path.join(ROOT, name)));
  const isBuilt = () => readJson(STAMP)?.sources === sources && fs.existsSync(path.join(DIST, 'main'));
  if (isBuilt()) return;
  await withLock(CLONE_LOCK, 'compiling the app', async () => {
    if (isBuilt()) return;
    fs.rmSync(STAMP, { force: true });
    for (const room of ['main', 'shared']) remove(path.join(DIST, room));
    await step('compiling the app', async () => {
      await run('tsc', [packageCommand('typescript', 'tsc'), '-p', 'tsconfig.build.json']);
      copyOtherFiles(path.join(ROOT, 'main'), path.join(DIST, 'main'));
      await buildPreload();
    });
    writeJson(STAMP, { sources });
  });
}

/** The preload of the sandboxed window: one CommonJS file, as Electron's sandbox asks. */
async function buildPreload() {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir: path.join(DIST, 'main', 'electron'),
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      lib: { entry: PRELOAD, formats: ['cjs'], fileName: () => 'preload.cjs' },
      rolldownOptions: { external: ['electron'] },
    },
  });
}

/** @param {string} name @param {string[]} args */
async function run(name, args) {
  const { code } = await show(node24(), args, { cwd: ROOT, env: node24Environment() });
  if (code === 0) return;
  throw new SetupError(`${name} could not compile the app; its own message is above.`, [
    'This is a fault in the sources: compare with a fresh clone, or report it with the message.',
  ]);
}

/** What is read at run time but is not code (for example SQL). @param {string} from @param {string} to */
function copyOtherFiles(from, to) {
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) copyOtherFiles(source, target);
    else if (!/\.ts$|^tsconfig.*\.json$/.test(entry.name)) {
      fs.mkdirSync(to, { recursive: true });
      fs.copyFileSync(source, target);
    }
  }
}
