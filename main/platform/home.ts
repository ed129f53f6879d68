/** Where the library folder lies when nobody says otherwise. */
import os from 'node:os';
import path from 'node:path';

export interface HomeSurroundings {
  env: Record<string, string | undefined>;
  platform: NodeJS.Platform;
  homeFolder: string;
}

/**
 * The library folder as an absolute path: the `--home` flag, else `TRANSFUSION_HOME`, else the platform's folder for
 * application data (Linux: XDG; Windows: local, not roaming, since caches are large; macOS: Application Support).
 */
export function resolveHome(
  flag?: string,
  { env, platform, homeFolder }: HomeSurroundings = {
    env: process.env,
    platform: process.platform,
    homeFolder: os.homedir(),
  },
): string {
  const chosen = flag?.trim() || env.TRANSFUSION_HOME?.trim();
  if (chosen) return path.resolve(expandTilde(chosen, homeFolder));
  if (platform === 'win32') {
    return path.join(env.LOCALAPPDATA || path.join(homeFolder, 'AppData', 'Local'), 'Transfusion Lab');
  }
  if (platform === 'darwin') return path.join(homeFolder, 'Library', 'Application Support', 'Transfusion Lab');
  return path.join(env.XDG_DATA_HOME || path.join(homeFolder, '.local', 'share'), 'transfusion-lab');
}

/** `~` at the start of an environment variable or of a quoted flag is not expanded by a shell. */
function expandTilde(folder: string, homeFolder: string): string {
  return folder === '~' || folder.startsWith('~/') ? path.join(homeFolder, folder.slice(1)) : folder;
}
