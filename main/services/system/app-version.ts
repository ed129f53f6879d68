/** The version of this app and its folder, from its own package.json (beside the sources, the build or the packaged app). */
import fs from 'node:fs';
import path from 'node:path';

let found: { folder: string; version: string } | null = null;

export const appVersion = (): string => findApp().version;

/** The folder of the app's package.json, which `resources/` lies beside. */
export const appFolder = (): string => findApp().folder;

function findApp(folder = import.meta.dirname): { folder: string; version: string } {
  if (found !== null) return found;
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) {
    const content = JSON.parse(fs.readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (content.name === 'transfusion-lab' && content.version !== undefined) {
      found = { folder, version: content.version };
      return found;
    }
  }
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('The package.json of the app is missing.');
  return findApp(parent);
}
