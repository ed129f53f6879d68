/** The version of this app, from its own package.json (beside the sources, the build or the packaged app). */
import fs from 'node:fs';
import path from 'node:path';

let version: string | null = null;

export function appVersion(): string {
  version ??= findVersion(import.meta.dirname);
  return version;
}

function findVersion(folder: string): string {
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) {
    const content = JSON.parse(fs.readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (content.name === 'transfusion-lab' && content.version !== undefined) return content.version;
  }
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('The package.json of the app is missing.');
  return findVersion(parent);
}
