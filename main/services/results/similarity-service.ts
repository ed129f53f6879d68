/** How similar the networks of a study are, layer by layer: computed as a background job, kept in the study's folder. */
import { AppError } from '../../../shared/system/errors.ts';
import {
  similarityFileSchema,
  similarityRequestSchema,
  type NetworkRef,
  type SimilarityFile,
  type SimilarityMethod,
  type SimilarityRequest,
  type SimilaritySettings,
  type StudySimilarity,
} from '../../../shared/similarity/similarity.ts';
import type { Job } from '../../../shared/system/system.ts';
import { neededPairs, pairKey, type ComparedRun } from '../../analysis/cca/network-pairs.ts';
import { summariseSimilarity } from '../../analysis/cca/study-similarity.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import type { StartChild } from '../../platform/child.ts';
import { readJsonOrNull, writeJson } from '../../platform/json-file.ts';
import { hasWeights, readRunConfig, runFiles } from '../../runs/process/run-folder.ts';
import { compareInProcess, type Comparison, type NetworkWork } from '../../tasks/similarity/similarity.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import type { JobsService } from '../system/jobs.ts';
import { requireStudy } from '../require.ts';

export function createRepresentationsService(deps: {
  store: Store;
  paths: LibraryPaths;
  jobs: JobsService;
  startChild?: StartChild;
}) {
  const { store, paths, jobs } = deps;
  const underWay = new Set<string>();

  /** Finished runs whose weights are there, in the order of arms and seeds. */
  function comparedRuns(study: StoredStudy): ComparedRun[] {
    const runs = store.runs.listByStudy(study.id);
    return study.arms.flatMap(({ id: armId, model, trainSize }) =>
      runs
        .filter(
          (run) => run.armId === armId && run.result !== null && hasWeights(runFiles(paths.run(study.id, run.id))),
        )
        .sort((a, b) => a.seed - b.seed)
        .map(({ id, seed }) => ({ id, armId, model, trainSize, seed })),
    );
  }

  function summarise(study: StoredStudy, file: SimilarityFile): StudySimilarity {
    const randomArms = new Set(study.arms.filter(({ init }) => init.kind === 'random').map(({ id }) => id));
    return summariseSimilarity({ file, runs: comparedRuns(study), randomArms });
  }

  return {
    /** What was computed last by this method; null before. @throws AppError `not-found`. */
    similarity(studyId: string, method: SimilarityMethod): StudySimilarity | null {
      const study = requireStudy(store, studyId);
      const file = readJsonOrNull(paths.similarity(studyId, method), similarityFileSchema);
      return file === null ? null : summarise(study, file);
    },
    /**
     * Starts a job that compares the networks of finished runs and whose result is a {@link StudySimilarity}. Pairs that were
     * computed before with the same settings are kept.
     * @throws AppError `not-found`, `bad-input` without finished runs, `conflict` while one is under way for the study
     */
    compute(request: SimilarityRequest): Job {
      const { studyId, kinds, settings, again } = similarityRequestSchema.parse(request);
      const study = requireStudy(store, studyId);
      const runs = comparedRuns(study);
      const wanted = neededPairs(runs, kinds);
      if (wanted.length === 0) {
        throw new AppError('bad-input', `Expected finished runs to compare, found ${runs.length} in "${study.name}".`, {
          action: 'Wait until runs have finished; comparisons between runs need two of one model.',
        });
      }
      if (underWay.has(studyId)) {
        throw new AppError('conflict', 'The similarities of this study are being computed already.', {
          action: 'Wait for it, or cancel it.',
        });
      }
      underWay.add(studyId);
      return jobs.start('similarity', `Comparing what the networks of "${study.name}" compute`, async (job) => {
        try {
          const file = paths.similarity(studyId, settings.method);
          const before = again ? null : usable(readJsonOrNull(file, similarityFileSchema), settings, study, runs);
          const done = new Set(before?.pairs.map(({ a, b }) => pairKey(a, b)));
          const todo = wanted.filter(([a, b]) => !done.has(pairKey(a, b)));
          if (before !== null && todo.length === 0) return summarise(study, before);
          const computed = await compareInProcess(workOf({ study, runs, pairs: todo, settings, paths }), {
            folder: paths.study(studyId),
            onProgress: job.progress,
            signal: job.signal,
            startChild: deps.startChild,
          });
          const result = merge({
            study,
            before,
            computed,
            todo,
            settings,
            contentHash: contentHashOf(study, runs, paths),
          });
          writeJson(file, result);
          return summarise(study, result);
        } finally {
          underWay.delete(studyId);
        }
      });
    },
  };
}

export type RepresentationsService = ReturnType<typeof createRepresentationsService>;

/** Earlier pairs count only if they were computed in the same way on the same images. */
function usable(
  file: SimilarityFile | null,
  settings: SimilaritySettings,
  study: StoredStudy,
  runs: readonly ComparedRun[],
): SimilarityFile | null {
  if (file === null || file.studyId !== study.id) return null;
  if (JSON.stringify(file.settings) !== JSON.stringify(settings)) return null;
  const known = new Set(runs.map(({ id }) => id));
  return { ...file, pairs: file.pairs.filter(({ a, b }) => known.has(a.runId) && known.has(b.runId)) };
}

const networkKey = ({ runId, when }: NetworkRef): string => `${runId}-${when}`;

function contentHashOf(study: StoredStudy, [run]: readonly ComparedRun[], paths: LibraryPaths): string {
  return run === undefined ? '' : readRunConfig(paths.run(study.id, run.id)).contentHash;
}

function workOf(params: {
  study: StoredStudy;
  runs: readonly ComparedRun[];
  pairs: readonly (readonly [NetworkRef, NetworkRef])[];
  settings: SimilaritySettings;
  paths: LibraryPaths;
}): Parameters<typeof compareInProcess>[0] {
  const { study, runs, pairs, settings, paths } = params;
  const models = new Map(runs.map(({ id, model }) => [id, model]));
  const networks = new Map<string, NetworkWork>();
  const folderOf = (runId: string): string => paths.run(study.id, runId);
  for (const ref of pairs.flat()) {
    const model = models.get(ref.runId);
    if (model === undefined || networks.has(networkKey(ref))) continue;
    const { initial, best } = runFiles(folderOf(ref.runId));
    const { normalisation } = readRunConfig(folderOf(ref.runId)).protocol;
    const file = ref.when === 'initial' ? initial : best;
    networks.set(networkKey(ref), { key: networkKey(ref), model, file, normalisation });
  }
  // The runs of a study share their data; each was checked against the manifest when it ran.
  const config = readRunConfig(folderOf((runs[0] as ComparedRun).id));
  return {
    settings,
    manifestFile: config.manifestFile,
    contentHash: config.contentHash,
    cacheFolder: config.cacheFolder,
    modality: config.modality,
    size: config.protocol.size,
    networks: [...networks.values()],
    pairs: pairs.map(([a, b]) => [networkKey(a), networkKey(b)]),
  };
}

function merge(params: {
  study: StoredStudy;
  before: SimilarityFile | null;
  computed: Comparison;
  todo: readonly (readonly [NetworkRef, NetworkRef])[];
  settings: SimilaritySettings;
  contentHash: string;
}): SimilarityFile {
  const { study, before, computed, todo, settings, contentHash } = params;
  const fresh = todo.map(([a, b], index) => ({ a, b, stages: computed.pairs[index]?.stages ?? [] }));
  // Images that have become readable since make other draws, and the earlier pairs incomparable.
  const same = before !== null && before.images === computed.images && before.contentHash === contentHash;
  const models = new Map([...(same ? before.models : []), ...computed.models].map((entry) => [entry.model, entry]));
  return {
    schema: 1,
    studyId: study.id,
    contentHash,
    settings,
    computedAt: new Date().toISOString(),
    images: computed.images,
    models: [...models.values()],
    pairs: [...(same ? before.pairs : []), ...fresh],
  };
}
