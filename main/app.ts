/** The one composition root: opens a library folder and makes every service over it. */
import { libraryPaths, type LibraryPaths } from './platform/library-paths.ts';
import type { AppServices } from './services/app-services.ts';
import { examineMachine } from './services/doctor.ts';
import { createJobsService } from './services/jobs.ts';
import { holdLibrary } from './services/library-hold.ts';
import { createSystemService } from './services/system.ts';
import { openStore } from './store/open.ts';

/** `host` takes the library and may write; `reader` looks at it beside whoever holds it. */
export type AppMode = 'host' | 'reader';

export interface OpenAppOptions {
  /** The library folder, absolute; made when missing. */
  home: string;
  mode: AppMode;
  /** Who opens it: what another process reads when it finds the library in use. */
  host: 'browser' | 'electron' | 'command line';
}

export interface App {
  readonly home: string;
  readonly mode: AppMode;
  readonly paths: LibraryPaths;
  readonly services: AppServices;
  /** Cancels jobs, checkpoints and stops the running run, closes the database and frees the library. */
  close(): Promise<void>;
}

/** @throws AppError `library-locked` when another process holds the library (`host` only), `io` when it cannot be opened. */
export async function openApp({ home, mode, host }: OpenAppOptions): Promise<App> {
  const paths = libraryPaths(home);
  const hold = mode === 'host' ? holdLibrary(paths, host) : null;
  try {
    const store = openStore(paths.database);
    const jobs = createJobsService();
    const system = createSystemService({
      home,
      hostKind: host === 'electron' ? 'electron' : 'browser',
      doctor: () => examineMachine({ home }),
    });
    const services: AppServices = { jobs, system };
    return {
      home,
      mode,
      paths,
      services,
      async close() {
        await jobs.close();
        store.close();
        hold?.release();
      },
    };
  } catch (error) {
    hold?.release();
    throw error;
  }
}
