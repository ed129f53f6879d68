/** The one composition root: opens a library folder and makes every service over it. */
import { writePhantoms } from './phantoms/write-phantoms.ts';
import { createChromiumPrinter, type PdfPrinter } from './platform/chromium.ts';
import { preparePrivateFolder } from './platform/private-folder.ts';
import { sweepTemporary } from './platform/sweep.ts';
import { libraryPaths, type LibraryPaths } from './platform/library-paths.ts';
import { isLocked } from './platform/lock.ts';
import type { StartChild } from './platform/child.ts';
import { createLocalExecutor } from './runs/executors/local.ts';
import type { AppServices } from './services/app-services.ts';
import { appVersion } from './services/system/app-version.ts';
import { discardHalfOpened } from './services/bundles/bundle-half-opened.ts';
import { createBundlesService } from './services/bundles/bundles-service.ts';
import { createDatasetsService } from './services/datasets/datasets-service.ts';
import { examineMachine } from './services/system/doctor.ts';
import { createEstimateService } from './services/studies/estimate.ts';
import { createExplanationsService } from './services/mistakes/explanation-service.ts';
import { createMistakesService } from './services/mistakes/mistakes-service.ts';
import { createImageMarksService } from './services/datasets/image-marks.ts';
import { createPicturePairsService } from './services/datasets/picture-pairs.ts';
import { createJobsService } from './services/system/jobs.ts';
import { holdLibrary } from './services/system/library-hold.ts';
import { createMarginsService } from './services/studies/margins.ts';
import { createPhantomsService } from './services/datasets/phantoms.ts';
import { createQuestionnaireService } from './services/reports/questionnaire-service.ts';
import { createQueueService } from './services/studies/queue-service.ts';
import { createReportsService } from './services/reports/reports-service.ts';
import { createRepresentationsService } from './services/results/similarity-service.ts';
import { createHeadlines } from './services/results/headlines.ts';
import { createPredictedStudies } from './services/results/predicted-studies.ts';
import { createResultsService } from './services/results/results-service.ts';
import { createRunEventHub } from './services/studies/run-events.ts';
import { createRunsService } from './services/studies/runs-service.ts';
import { createStudiesService } from './services/studies/studies-service.ts';
import { discardHalfMade } from './services/system/half-made.ts';
import { createSystemService } from './services/system/system-service.ts';
import { createWeightAnalysisService } from './services/results/weight-changes.ts';
import { offerStartingWeights } from './services/weights/starting-weights.ts';
import { createWeightsService } from './services/weights/weights-service.ts';
import { openStore, type Store } from './store/open.ts';

/** `host` takes the library and may write; `reader` looks at it beside whoever holds it. */
export type AppMode = 'host' | 'reader';

export interface OpenAppOptions {
  /** The library folder, absolute; made when missing. */
  home: string;
  mode: AppMode;
  /** Who opens it: what another process reads when it finds the library in use. */
  host: 'browser' | 'electron' | 'command line';
  /** How run processes are started; default Node's `fork`. Electron brings its own. */
  startChild?: StartChild;
  /** What prints reports to PDF; default an installed browser. Electron brings its own. */
  printer?: PdfPrinter;
}

/**
 * Runs do not start by themselves: a host that is to work through the queue calls `services.queue.start()`.
 * @throws AppError `library-locked` when another process holds the library (`host` only), `io` when it cannot be opened
 */
export async function openApp(options: OpenAppOptions): Promise<App> {
  const { home, mode, host } = options;
  const paths = libraryPaths(home);
  if (mode === 'host') await preparePrivateFolder(home);
  const hold = mode === 'host' ? await holdLibrary(paths, host) : null;
  if (hold !== null) sweepTemporary(home);
  let store: Store | null = null;
  try {
    store = openStore(paths.database, { readOnly: mode === 'reader' });
    if (mode === 'host') {
      await discardHalfOpened({ store, paths });
      await discardHalfMade({ store, paths });
      offerStartingWeights({ store, paths });
    }
    return assemble({ options, paths, store, release: () => hold?.release() });
  } catch (error) {
    store?.close();
    hold?.release();
    throw error;
  }
}

function assemble(params: { options: OpenAppOptions; paths: LibraryPaths; store: Store; release: () => void }) {
  const { options, paths, store, release } = params;
  const { home, mode, host, startChild } = options;
  const child = startChild === undefined ? {} : { startChild };
  const hostAlive = (): boolean => mode === 'host' || isLocked(paths.lock);

  const jobs = createJobsService();
  const events = createRunEventHub();
  const executor = createLocalExecutor({ appVersion: appVersion(), ...child });
  const predicted = createPredictedStudies(store);
  const headlines = createHeadlines({ store, paths, mayWrite: mode === 'host' });
  // One that fails is computed again when it is asked for, and fails there.
  const onStudyEnd = (studyId: string): void => void headlines.of(studyId).catch(() => undefined);
  const queue = createQueueService({ store, paths, executor, events, onStudyEnd });
  const estimates = createEstimateService({
    store,
    paths,
    jobs,
    busy: () => queue.status().running.length > 0,
    ...child,
  });
  const results = createResultsService({ store, paths, predicted });
  const representations = createRepresentationsService({ store, paths, jobs, ...child });
  const weightAnalysis = createWeightAnalysisService({ store, paths });
  const explanations = createExplanationsService({ store, paths, jobs, ...child });
  const mistakes = createMistakesService({ store, predicted });
  const reports = createReportsService({
    store,
    predicted,
    paths,
    results,
    representations,
    weightAnalysis,
    mistakes,
    explanations,
    jobs,
    printer: options.printer ?? createChromiumPrinter(),
  });
  const services: AppServices = {
    jobs,
    system: createSystemService({
      home,
      hostKind: host === 'electron' ? 'electron' : 'browser',
      doctor: () => examineMachine({ home }),
    }),
    datasets: createDatasetsService({ store, paths, jobs }),
    phantoms: createPhantomsService({ paths, jobs, writePhantoms }),
    weights: createWeightsService({ store, paths, jobs }),
    studies: createStudiesService({ store, paths, queue, estimates, headlines, hostAlive }),
    runs: createRunsService({ store, queue, events, hostAlive }),
    queue,
    results,
    margins: createMarginsService({ store, paths }),
    weightAnalysis,
    representations,
    explanations,
    mistakes,
    imageMarks: createImageMarksService({ store }),
    picturePairs: createPicturePairsService({ store }),
    reports,
    questionnaire: createQuestionnaireService({ store, reports }),
    bundles: createBundlesService({ store, paths, predicted, results, reports, jobs }),
  };

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await Promise.all([jobs.close(), queue.close()]);
    await headlines.close();
    store.close();
    release();
  };
  return {
    home,
    mode,
    paths,
    services,
    /** Cancels jobs, checkpoints and stops the running runs, closes the database and frees the library. Twice does nothing. */
    close: () => (closing ??= close()),
  };
}

export type App = ReturnType<typeof assemble>;
