/** Study bundles: writing a study as one zip file, and opening such a file read-only. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BundleOrigin, OpenedBundle } from '../../../shared/bundle/bundle.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { runStateSchema } from '../../../shared/run/run.ts';
import { leakageProofSchema } from '../../../shared/dataset/leakage-proof.ts';
import { similarityFileSchema, SIMILARITY_METHODS } from '../../../shared/similarity/similarity.ts';
import type { ExportedFile } from '../../../shared/system/system.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import type { StoredBundle, StoredStudy } from '../../store/studies.ts';
import { appVersion } from '../system/app-version.ts';
import { compareResults } from './bundle-compare.ts';
import { discardOpened } from './bundle-half-opened.ts';
import { bundleContents } from './bundle-export.ts';
import { BUNDLE_FILES } from './bundle-format.ts';
import { readBundle, type ReadBundle } from './bundle-read.ts';
import { openBundle, writeZip, type BundleFiles } from './bundle-zip.ts';
import { comparableFailures, readFailures } from '../mistakes/failure-analysis.ts';
import type { JobsService } from '../system/jobs.ts';
import type { ReportsService } from '../reports/reports-service.ts';
import type { PredictedStudies } from '../results/predicted-studies.ts';
import type { ResultsService } from '../results/results-service.ts';
import { writeProof } from '../datasets/leakage-proof.ts';
import { requireStudy } from '../require.ts';

export interface BundlesDeps {
  store: Store;
  paths: LibraryPaths;
  predicted: PredictedStudies;
  results: ResultsService;
  reports: ReportsService;
  jobs: JobsService;
  now?: () => Date;
}

/** Each run is read and stored; then all results are computed again. */
const stepsOf = (runs: number): number => 2 * runs + 1;

export const BUNDLE_NAME_IN_REPORTS = 'study-bundle.zip';

export function createBundlesService(deps: BundlesDeps) {
  const { store, paths, results, reports, jobs, now = () => new Date() } = deps;

  /**
   * Everything but predictions in one transaction, then those of one run at a time, so that neither the app nor a cancel waits for long.
   * Runs are never `queued` outside of the first, so that no queue takes them; the study is marked until all of it is there.
   */
  async function storeRows(
    read: ReadBundle,
    bundle: StoredBundle,
    step: (done: number) => Promise<void>,
  ): Promise<void> {
    const { content, images, predictions } = read;
    const { study, dataset } = content;
    const datasetId = randomUUID();
    store.transaction(() => {
      store.datasets.insert(
        { ...dataset, id: datasetId, folder: '', evidence: [], request: {}, fromBundle: true },
        images,
        [],
      );
      const stored: StoredStudy = {
        ...{ id: study.id, name: study.name, createdAt: study.createdAt, datasetId },
        ...{ spec: content.spec, protocol: content.protocol, arms: content.arms },
        bundle: { ...bundle, opening: true },
      };
      store.studies.insert(stored, []);
      store.studies.setAnswers(study.id, content.answers);
      for (const mark of content.marks) store.imageMarks.set(datasetId, mark);
      store.runs.insert(
        content.runs.map(({ id, armId, model, initLabel, trainSize, seed, attempts }) => ({
          ...{ id, studyId: study.id, armId, model, initLabel, trainSize, seed, attempts, createdAt: study.createdAt },
        })),
      );
      for (const { id, state, result, error } of content.runs) {
        if (result === null && runStateSchema.safeParse(state).data === 'failed' && error !== null) {
          store.runs.stop(id, 'failed', error, study.createdAt);
        } else {
          store.runs.transition(id, ['queued'], 'cancelled');
        }
      }
    });
    for (const [index, { id, result }] of content.runs.entries()) {
      await step(index);
      if (result !== null) store.runs.finish({ id, result, predictions: predictions.get(id) ?? [] });
    }
  }

  /** What charts read from run folders, declared margins (read line by line, each checked), and similarities. */
  function storeFiles({ content, files }: ReadBundle): void {
    const studyId = content.study.id;
    const dataOf = (name: string) => (files.sizes.has(name) ? files.read(name) : undefined);
    for (const { id } of content.runs) {
      const metrics = dataOf(BUNDLE_FILES.metrics(id));
      if (metrics !== undefined) writeFileAtomic(runFiles(paths.run(studyId, id)).metrics, metrics);
    }
    const margins = dataOf(BUNDLE_FILES.margins);
    if (margins !== undefined) writeFileAtomic(paths.margins(studyId), margins);
    const proof = leakageProofSchema.safeParse(jsonOrNull(dataOf(BUNDLE_FILES.report('leakage-proof.json'))));
    if (proof.success) writeProof({ paths }, studyId, proof.data);
    for (const method of SIMILARITY_METHODS) {
      const data = dataOf(BUNDLE_FILES.similarity(method));
      if (data === undefined) continue;
      const parsed = similarityFileSchema.safeParse(jsonOrNull(data));
      if (parsed.success) writeFileAtomic(paths.similarity(studyId, method), data);
    }
  }

  /** The study that the library has already; null where it has none of this bundle. */
  function existing({ content }: ReadBundle, sha256: string): StoredStudy | null {
    const before = store.studies.get(content.study.id);
    if (before?.bundle?.opening === true) {
      throw new AppError('conflict', 'A bundle of this study is being opened at the moment.', {
        action: 'Wait until that has ended, or cancel it.',
      });
    }
    if (before?.bundle?.sha256 === sha256) return before;
    if (before !== null) {
      throw new AppError(
        'conflict',
        before.bundle === undefined
          ? 'This library holds the study of the bundle itself, with its runs; opening the bundle would add a second copy of each.'
          : 'Another bundle of the same study is open in this library.',
        {
          action:
            before.bundle === undefined
              ? 'Open the bundle in another library (--home), or look at the study here.'
              : 'Remove that study first; its bundle file stays as it is.',
        },
      );
    }
    if (content.runs.some(({ id }) => store.runs.get(id) !== null)) {
      throw new AppError('conflict', 'This library has a run of the bundle under another study.', {
        action: 'Open the bundle in another library (--home).',
      });
    }
    return null;
  }

  function opened(study: StoredStudy, bundle: BundleOrigin, already: boolean): OpenedBundle {
    const { sha256, exportedAt, openedAt, appVersion: version, recomputed } = bundle;
    return {
      studyId: study.id,
      name: study.name,
      runs: store.runs.listByStudy(study.id).length,
      images: store.datasets.summary(study.datasetId)?.images ?? 0,
      bundle: { sha256, exportedAt, openedAt, appVersion: version, recomputed },
      already,
    };
  }

  /** The study of `file`, taken into the library; whatever stops it, nothing of it stays. */
  async function take(
    { file }: { file: string },
    { onProgress, signal }: { onProgress?: (done: number, total: number) => void; signal?: AbortSignal } = {},
  ): Promise<OpenedBundle> {
    /** Lets other work have its turn, so that a cancel is heard. */
    const pause = async (done: number, total: number): Promise<void> => {
      onProgress?.(done, total);
      await nextTurn();
      if (signal?.aborted === true) throw new AppError('cancelled', 'Cancelled.');
    };
    if (!path.isAbsolute(file)) throw new AppError('bad-input', 'Expected the whole path of a study bundle.');
    await pause(0, 0);
    const files = openBundle(file);
    try {
      return await takeFiles(files, pause);
    } finally {
      files.close();
    }
  }

  async function takeFiles(
    files: BundleFiles,
    pause: (done: number, total: number) => Promise<void>,
  ): Promise<OpenedBundle> {
    const { sha256 } = files;
    const read = await readBundle(files, (done, runs) => pause(done, stepsOf(runs)));
    const runs = read.content.runs.length;
    const before = existing(read, sha256);
    if (before?.bundle) return opened(before, before.bundle, true);
    const bundle: StoredBundle = {
      sha256,
      exportedAt: read.manifest.exportedAt,
      openedAt: now().toISOString(),
      appVersion: read.manifest.app.version,
      recomputed: { numbers: 0, different: 0 },
      weights: read.content.weights,
    };
    const studyId = read.content.study.id;
    try {
      await storeRows(read, bundle, (done) => pause(runs + done, stepsOf(runs)));
      storeFiles(read);
      await pause(2 * runs, stepsOf(runs));
      bundle.recomputed = await recompute(read, studyId);
      await pause(stepsOf(runs), stepsOf(runs));
      store.studies.setBundle(studyId, bundle);
    } catch (error) {
      await discardOpened(deps, studyId);
      throw error;
    }
    return opened(requireStudy(store, studyId), bundle, false);
  }

  /** The results and what is said of errors, against the bundle's. */
  async function recompute({ results: stored, content }: ReadBundle, studyId: string) {
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const numbers = compareResults(stored, plain(await results.complete(studyId)));
    if (content.failures === undefined) return numbers;
    const recomputed = await readFailures(deps, requireStudy(store, studyId));
    const failures = compareResults(content.failures, plain(comparableFailures(recomputed)));
    return {
      numbers: numbers.numbers + failures.numbers,
      different: numbers.different + failures.different,
    };
  }

  return {
    /**
     * Writes the bundle of a study: to `file`, which is then replaced, else into the library's reports.
     * @throws AppError `not-found`, `bad-input`, `io`, `out-of-space`
     */
    async export({ studyId, file }: { studyId: string; file?: string | undefined }): Promise<ExportedFile> {
      const { study, spec, files } = await reports.contents(studyId);
      if (file !== undefined && !path.isAbsolute(file)) {
        throw new AppError('bad-input', 'Expected the whole path of a zip file to write the bundle to.');
      }
      const at = now();
      const contents = bundleContents({
        ...{ store, paths, study, spec },
        results: await results.complete(studyId),
        failures: await readFailures(deps, study),
        // The predictions are there already, run by run.
        report: files.filter(({ name }) => name !== 'predictions.csv'),
        exportedAt: at.toISOString(),
        appVersion: appVersion(),
      });
      const target = file ?? path.join(paths.report(studyId), BUNDLE_NAME_IN_REPORTS);
      const { bytes } = await writeZip(target, at, contents);
      return {
        name: path.basename(target),
        bytes,
        href: `/api/reports/${encodeURIComponent(studyId)}/${BUNDLE_NAME_IN_REPORTS}`,
      };
    },
    /**
     * Takes the study of a bundle into the library, read-only, and computes its results again.
     * @throws AppError `bad-input` where the file is no sound bundle, `conflict` where the library has that study itself
     */
    open: take,
    /** The same as a background job, whose result is an {@link OpenedBundle}; cancelled, it leaves nothing behind. */
    startOpen: ({ file }: { file: string }) =>
      jobs.start('bundle', 'Opening a study bundle', ({ progress, signal }) =>
        take({ file }, { onProgress: progress, signal }),
      ),
  };
}

export type BundlesService = ReturnType<typeof createBundlesService>;

function jsonOrNull(data: Buffer | undefined): unknown {
  if (data === undefined) return null;
  try {
    return JSON.parse(data.toString('utf8')) as unknown;
  } catch {
    return null;
  }
}
