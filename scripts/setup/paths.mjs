/** Where things lie: this clone, its Node 24, and the cache that all clones of one user share. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
export const NODE_MODULES = path.join(ROOT, 'node_modules');
export const TFJS = path.join(NODE_MODULES, '@tensorflow', 'tfjs-node-gpu');
export const RENDERER = path.join(ROOT, 'dist', 'renderer');

/**
 * The per-user cache: `TRANSFUSION_CACHE`, else the platform's cache folder.
 * @param {{ env: Record<string, string | undefined>, platform: string, homeFolder: string }} [surroundings]
 * @returns {string} absolute path
 */
export function cacheFolder(
  { env, platform, homeFolder } = { env: process.env, platform: process.platform, homeFolder: os.homedir() },
) {
  if (env['TRANSFUSION_CACHE']) return path.resolve(env['TRANSFUSION_CACHE']);
  if (platform === 'win32') {
    return path.join(env['LOCALAPPDATA'] || path.join(homeFolder, 'AppData', 'Local'), 'transfusion-lab', 'Cache');
  }
  // The XDG rule: a relative value is to be ignored.
  const xdg = env['XDG_CACHE_HOME'];
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(homeFolder, '.cache'), 'transfusion-lab');
}

/**
 * The script behind a command of an installed package, for starting it by Node 24 on every platform.
 * @param {string} packageName
 * @param {string} [command] name in the package's `bin`, by default the package's own name
 */
export function packageCommand(packageName, command = packageName) {
  const folder = path.join(NODE_MODULES, packageName);
  const { bin } = /** @type {{ bin: string | Record<string, string> }} */ (
    JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  );
  const file = typeof bin === 'string' ? bin : bin[command];
  if (!file) throw new Error(`package ${packageName} has no command ${command}`);
  return path.join(folder, file);
}

/** True where `file` exists, whatever it is. @param {string} file */
export function exists(file) {
  return fs.existsSync(file);
}
