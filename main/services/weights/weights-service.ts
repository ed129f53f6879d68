/** Weight sets of the library: pretrained weights that initialisations start from. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../shared/system/errors.ts';
import { isStartingSet, type WeightSetSummary } from '../../../shared/study/models.ts';
import type { Job } from '../../../shared/system/system.ts';
import type {
  KnownWeights,
  KnownWeightsState,
  WeightSetDetail,
  WeightsImportRequest,
  WeightsPreview,
} from '../../../shared/weights/weights.ts';
import { commitFile, toFileError } from '../../platform/atomic-file.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { sha256Of } from '../../platform/sha256.ts';
import { writeSafetensors } from '../../engine/weights/safetensors.ts';
import { readWeightFile } from '../../runs/training/pretrained.ts';
import { readRunConfig, runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import type { JobContext, JobsService } from '../system/jobs.ts';
import { describeWeightFile } from './weights-detail.ts';
import { discardPartial, downloadFile, partialBytes } from './weights-download.ts';
import { originText, readKnownWeights } from './weights-known.ts';
import { weightMetadata } from './weights-metadata.ts';
import { workOnWeights } from './weights-thread.ts';
import { requireDataset, requireRun, requireStudy } from '../require.ts';

export interface WeightsService {
  /** Newest first. */
  list(): WeightSetSummary[];
  /** Names of the sets that were trained on images of a dataset. */
  trainedOn(datasetId: string): string[];
  /** By id or name. @throws AppError `not-found`. */
  find(idOrName: string): WeightSetSummary;
  /** With tensors, provenance and matching report. @throws AppError `not-found`, `io`. */
  get(id: string): WeightSetDetail;
  /** What an import of this file would keep; nothing is written. @throws AppError with the first tensor that differs. */
  inspect(request: WeightsImportRequest, signal?: AbortSignal): Promise<WeightsPreview>;
  /** Starts the job; its result is `{ weightsId }`. @throws AppError `conflict` when the name is taken. */
  import(request: WeightsImportRequest): Job;
  /** The catalogue of public files. */
  known(): KnownWeightsState[];
  /**
   * Starts the job that downloads a known file, checks its hash and imports it; its result is `{ weightsId }`. An interrupted
   * download goes on where it stopped. @throws AppError `not-found`, `conflict` while it runs or when its name is taken.
   */
  download(request: { id: string; name?: string | undefined }): Job;
  /** Removes what an unfinished download has left. @throws AppError `not-found`, `conflict` while it runs. */
  discardDownload(id: string): void;
  /** Registers the best weights of a finished run under a name of its own. @throws AppError `bad-input`, `conflict`, `not-found`. */
  fromRun(request: { runId: string; name: string }): WeightSetSummary;
  /** Writes a set as a float16 safetensors file that `import` reads again. @throws AppError `not-found`, `io`. */
  export(request: { id: string; file: string; licence?: string | undefined }): {
    file: string;
    sha256: string;
    bytes: number;
  };
  /** @throws AppError `conflict` while a study starts from it, or where it came with the app. */
  remove(id: string): void;
}

export function createWeightsService(deps: {
  store: Store;
  paths: LibraryPaths;
  jobs: JobsService;
  /** Default: `resources/weights.json`. */
  knownWeights?: () => KnownWeights[];
}): WeightsService {
  const { store, paths, jobs, knownWeights = readKnownWeights } = deps;
  const downloading = new Set<string>();

  function find(idOrName: string): WeightSetSummary {
    const set = store.weights.find(idOrName);
    if (set !== null) return set;
    throw new AppError('not-found', `Expected the name or id of a weight set, got "${idOrName}".`, {
      action: '`weights list` shows the weight sets of this library.',
    });
  }

  function needFreeName(name: string): void {
    if (store.weights.find(name) === null) return;
    throw new AppError('conflict', `Expected a new name, but there are weights called "${name}" already.`, {
      action: 'Choose another name, or remove those weights first.',
    });
  }

  function findKnown(id: string): KnownWeights {
    const known = knownWeights();
    const found = known.find((file) => file.id === id);
    if (found !== undefined) return found;
    throw new AppError('not-found', `Expected the name of a known weight file, got "${id}".`, {
      action: `Known are: ${known.map((file) => file.id).join(', ')}.`,
    });
  }

  const downloadPath = ({ id, fileName }: KnownWeights): string =>
    path.join(paths.weightsDownloads, `${id}${path.extname(fileName)}`);

  /** Reads, converts and registers a file; the values are there before the row is. */
  async function keep(request: WeightsImportRequest, signal: AbortSignal): Promise<{ weightsId: string }> {
    const id = randomUUID();
    const file = paths.weightsFile(id);
    const known = knownWeights();
    try {
      const { preview, sha256 } = await workOnWeights({ request, known, out: file }, signal);
      signal.throwIfAborted();
      needFreeName(preview.name);
      const { name, model, normalisation, outputs, synthetic, licenceNote, origin, match } = preview;
      store.weights.insert(
        {
          ...{ id, name, model, normalisation, outputs, synthetic, licenceNote },
          source: 'file',
          origin: originText(origin, known.find((entry) => entry.id === origin.known) ?? null),
          runId: null,
          sha256: sha256 as string,
          createdAt: new Date().toISOString(),
        },
        { origin, match },
      );
      return { weightsId: id };
    } catch (error) {
      fs.rmSync(file, { force: true });
      throw error;
    }
  }

  async function fetchAndKeep(
    known: KnownWeights,
    name: string,
    { progress, signal }: JobContext,
  ): Promise<{ weightsId: string }> {
    const file = downloadPath(known);
    try {
      if (!fs.existsSync(file)) await downloadFile({ source: known, file, onProgress: progress, signal });
      const kept = await keep({ file, name, model: known.model }, signal);
      fs.rmSync(file, { force: true });
      return kept;
    } catch (error) {
      // A file that turns out to be no weights is of no use.
      if (error instanceof AppError && error.code === 'bad-input') fs.rmSync(file, { force: true });
      throw error;
    } finally {
      downloading.delete(known.id);
    }
  }

  return {
    list: () => store.weights.list(),
    trainedOn: (datasetId) => store.weights.trainedOn(datasetId),
    find,
    get(id) {
      const summary = find(id);
      const { bytes, stages } = describeWeightFile(paths.weightsFile(summary.id), summary);
      const details = store.weights.details(summary.id);
      return { ...summary, details, bytes, stages, usedBy: store.weights.usedBy(summary.id) };
    },
    async inspect(request, signal) {
      const { preview } = await workOnWeights({ request, known: knownWeights(), out: null }, signal);
      return preview;
    },
    import(request) {
      if (request.name !== undefined) needFreeName(request.name);
      return jobs.start('weights', `Importing ${path.basename(request.file)}`, ({ signal }) => keep(request, signal));
    },
    known() {
      const sources = store.weights.sources();
      return knownWeights().map((file) => ({
        ...file,
        weightsId: sources.find((source) => source.known === file.id)?.id ?? null,
        partialBytes: partialBytes(downloadPath(file)),
      }));
    },
    download({ id, name: given }) {
      const known = findKnown(id);
      const name = given ?? known.id;
      needFreeName(name);
      if (downloading.has(id)) throw new AppError('conflict', 'This file is being downloaded already.');
      downloading.add(id);
      return jobs.start('weights', `Downloading ${known.title}`, (context) => fetchAndKeep(known, name, context));
    },
    discardDownload(id) {
      const known = findKnown(id);
      if (downloading.has(id)) {
        throw new AppError('conflict', 'This file is being downloaded.', { action: 'Cancel the download first.' });
      }
      discardPartial(downloadPath(known));
      fs.rmSync(downloadPath(known), { force: true });
    },
    fromRun({ runId, name: given }) {
      const name = given.trim();
      if (name === '') throw new AppError('bad-input', 'Expected a name for the weights, got none.');
      needFreeName(name);
      const run = requireRun(store, runId);
      const study = requireStudy(store, run.studyId);
      const dataset = requireDataset(store, study.datasetId);
      if (run.state !== 'succeeded') {
        throw new AppError('conflict', `Expected a finished run; this one is ${run.state}.`, {
          action: 'Wait until it has finished, or choose another run.',
        });
      }
      const folder = paths.run(study.id, runId);
      const config = readRunConfig(folder);
      const id = randomUUID();
      const sha256 = copyWeights(runFiles(folder).best, paths.weightsFile(id));
      const weights: WeightSetSummary = {
        id,
        name,
        model: config.model,
        source: 'run',
        origin: `run of study "${study.name}" (${run.initLabel}), seed ${run.seed}, on dataset "${dataset.name}"`,
        runId,
        sha256,
        normalisation: config.protocol.normalisation,
        outputs: config.outputs,
        synthetic: dataset.synthetic,
        licenceNote: `Trained in this library; the terms of the images of "${dataset.name}" may apply.`,
        createdAt: new Date().toISOString(),
      };
      try {
        store.weights.insert(weights);
      } catch (error) {
        fs.rmSync(paths.weightsFile(id), { force: true });
        throw error;
      }
      return weights;
    },
    export({ id, file, licence }) {
      const set = find(id);
      const tensors = readWeightFile({ ...set, file: paths.weightsFile(set.id) });
      writeSafetensors(file, tensors, weightMetadata({ ...set, licenceNote: licence ?? set.licenceNote }), 'F16');
      return { file, sha256: sha256Of(fs.readFileSync(file)), bytes: fs.statSync(file).size };
    },
    remove(id) {
      const set = store.weights.get(id);
      if (set === null)
        throw new AppError('not-found', 'Expected the id of a weight set, but there is none with this id.');
      if (isStartingSet(set)) {
        throw new AppError('conflict', `The weights "${set.name}" come with the app and stay in every library.`);
      }
      const users = store.weights.usedBy(id);
      if (users.length > 0) {
        const names = users.map((user) => `"${user}"`).join(', ');
        throw new AppError(
          'conflict',
          `The weights "${set.name}" cannot be removed: studies start from them (${names}).`,
          {
            action: 'Remove these studies first.',
          },
        );
      }
      store.weights.remove(id);
      fs.rmSync(paths.weightsFile(id), { force: true });
    },
  };
}

/** Copies a file and returns the SHA-256 of what was copied. */
function copyWeights(from: string, to: string): string {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(from);
  } catch (error) {
    throw toFileError(error, 'The weights of the run cannot be read.');
  }
  commitFile(to, (temporary) => fs.writeFileSync(temporary, bytes));
  return sha256Of(bytes);
}
