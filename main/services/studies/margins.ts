/** Declaring a study's margin: possible until one of its runs has scored the test images. */
import fs from 'node:fs';
import { AppError } from '../../../shared/system/errors.ts';
import {
  declaredMarginSchema,
  marginSchema,
  type DeclaredMargin,
  type Margin,
  type MarginState,
} from '../../../shared/study/margin.ts';
import { appendJsonLine, readJsonLines } from '../../platform/json-lines.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import { requireStudy } from '../require.ts';
import { countEarlierScorings } from './test-set-uses.ts';

export interface MarginsDeps {
  store: Store;
  paths: LibraryPaths;
  now?: () => Date;
}

export function createMarginsService({ store, paths, now = () => new Date() }: MarginsDeps) {
  /** A run scores the test images as its last act: its predictions, or that it is about to, are in its folder. */
  function isOpened(studyId: string): boolean {
    return store.runs
      .listByStudy(studyId)
      .some(
        (run) =>
          run.result !== null ||
          run.progress?.phase === 'testing' ||
          fs.existsSync(runFiles(paths.run(studyId, run.id)).predictions),
      );
  }

  function get(studyId: string): MarginState {
    requireStudy(store, studyId);
    return { declared: readMargins(paths, studyId), opened: isOpened(studyId) };
  }

  return {
    /** @throws AppError `not-found`. */
    get,
    /** @throws AppError `bad-input`, `not-found`, `conflict` once the test images have been scored. */
    declare({ studyId, ...given }: { studyId: string } & Margin): MarginState {
      const { datasetId } = requireStudy(store, studyId);
      const parsed = marginSchema.safeParse(given);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const field = issue?.path.join('.') ?? '';
        throw new AppError('bad-input', `The margin cannot be used: ${field}: ${issue?.message ?? 'not valid'}.`, {
          action: 'Choose the largest loss of AUC that would not matter to patients, above 0, and say why.',
        });
      }
      if (isOpened(studyId)) {
        throw new AppError(
          'conflict',
          'Expected a study whose test images no run has scored; a run of this one has, so a margin chosen now would not be a declaration made beforehand.',
          { action: 'Read the intervals without a margin, or declare one in a new study before it runs.' },
        );
      }
      declareMargin({ store, paths }, { ...parsed.data, studyId, datasetId, now: now() });
      return get(studyId);
    },
  };
}

export type MarginsService = ReturnType<typeof createMarginsService>;

/** The margins declared for a study, oldest first. */
export function readMargins(paths: LibraryPaths, studyId: string): DeclaredMargin[] {
  return readJsonLines(paths.margins(studyId), declaredMarginSchema);
}

/** Stores a margin with the time, and with how many other studies had scored the dataset's test images by then. */
export function declareMargin(
  { store, paths }: Pick<MarginsDeps, 'store' | 'paths'>,
  { delta, reason, studyId, datasetId, now }: Margin & { studyId: string; datasetId: string; now: Date },
): void {
  const earlierStudies = countEarlierScorings(store, { id: studyId, datasetId });
  const line: DeclaredMargin = { delta, reason, declaredAt: now.toISOString(), earlierStudies };
  appendJsonLine(paths.margins(studyId), line);
}
