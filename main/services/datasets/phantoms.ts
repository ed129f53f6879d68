/** Synthetic data into the library's `phantoms/` folder, as a background job. */
import fs from 'node:fs';
import path from 'node:path';
import type { PhantomRequest } from '../../../shared/dataset/phantom.ts';
import { toFileError } from '../../platform/atomic-file.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import type { JobsService } from '../system/jobs.ts';

/** `writePhantoms` of `main/datasets/phantoms`: writes images and labels in the layout of a public data set. */
export type PhantomWriter = (
  options: PhantomRequest & { out: string; onProgress: (done: number, total: number) => void; signal: AbortSignal },
) => Promise<unknown>;

const TITLES: Record<PhantomRequest['kind'], string> = {
  fundus: 'Making synthetic fundus photographs',
  cxr: 'Making synthetic chest x-rays',
  natural: 'Making synthetic natural images',
};

export function createPhantomsService(deps: { paths: LibraryPaths; jobs: JobsService; writePhantoms: PhantomWriter }) {
  const { paths, jobs, writePhantoms } = deps;
  return {
    /** Starts the job; its result is `{ folder }`. Either all of the data is there at its end, or nothing. */
    create: (request: PhantomRequest) =>
      jobs.start('phantom', TITLES[request.kind], async ({ progress, signal }) => {
        makeFolder(paths.phantoms);
        const partial = fs.mkdtempSync(path.join(paths.phantoms, '.partial-'));
        try {
          await writePhantoms({ ...request, out: partial, onProgress: progress, signal });
          signal.throwIfAborted();
          const folder = freeFolder(paths.phantoms, request);
          fs.renameSync(partial, folder);
          return { folder };
        } catch (error) {
          fs.rmSync(partial, { recursive: true, force: true });
          throw toFileError(error, 'The synthetic images could not be written.');
        }
      }),
  };
}

export type PhantomsService = ReturnType<typeof createPhantomsService>;

/** `fundus-300-seed-0`, or with `-2`, `-3` … where that exists: data that a dataset was imported from is never replaced. */
function freeFolder(parent: string, { kind, patients, size, seed }: PhantomRequest): string {
  const name = `${kind}-${patients}-at-${size}-seed-${seed}`;
  for (let copy = 1; ; copy++) {
    const folder = path.join(parent, copy === 1 ? name : `${name}-${copy}`);
    if (!fs.existsSync(folder)) return folder;
  }
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw toFileError(error, 'The folder for synthetic data could not be made.');
  }
}
