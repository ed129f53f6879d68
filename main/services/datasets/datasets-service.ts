/** Datasets of the library: preview, import, look at, verify, remove. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  importRequestSchema,
  manifestSchema,
  type DatasetDetail,
  type DatasetSummary,
  type ImportRequest,
  type Modality,
  type PreviewRequest,
} from '../../../shared/dataset/dataset.ts';
import { imageQuerySchema, type DatasetImage, type ImageQuery } from '../../../shared/dataset/gallery.ts';
import type { DatasetVerification } from '../../../shared/dataset/dataset-verification.ts';
import { pairKey } from '../../../shared/dataset/picture-pairs.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { countOf, wordFor } from '../../../shared/words/numbers.ts';
import { formatCsv, type CsvCell } from '../../../shared/tables/csv.ts';
import type { Job } from '../../../shared/system/system.ts';
import { buildDataset } from '../../datasets/build.ts';
import { removeJournal } from '../../datasets/inspection/inspection-journal.ts';
import { contentHash, manifestPieces } from '../../datasets/manifest.ts';
import type { WalkProgress } from '../../datasets/folder-index.ts';
import { unpackMedmnist } from '../../datasets/medmnist/unpack.ts';
import { previewImport, type PreviewProgress } from '../../datasets/preview.ts';
import { verifyImages } from '../../datasets/verify.ts';
import type { ImageFailure } from '../../images/failure.ts';
import { renderForScreen, writeThumbnail } from '../../images/thumbnail.ts';
import { commitFile } from '../../platform/atomic-file.ts';
import { namesIn } from '../../platform/file-errors.ts';
import { readJsonOrNull } from '../../platform/json-file.ts';
import { withTightHeap } from '../../platform/tight-heap.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import type { Store } from '../../store/open.ts';
import type { JobContext, JobsService } from '../system/jobs.ts';
import { requireDataset, requireDatasetDetail, requireImage } from '../require.ts';

interface ImageOfDataset {
  datasetId: string;
  imageId: string;
}

export function createDatasetsService(deps: { store: Store; paths: LibraryPaths; jobs: JobsService }) {
  const { store, paths, jobs } = deps;
  /** Datasets whose folder exists before their row does. */
  const importing = new Set<string>();

  function find(idOrName: string): DatasetSummary {
    const dataset = store.datasets.find(idOrName);
    if (dataset !== null) return dataset;
    const names = store.datasets.list().map(({ name }) => `"${name}"`);
    throw new AppError('not-found', 'Expected the name or id of a dataset of this library, found none that fits.', {
      action:
        names.length === 0
          ? 'Import a folder first.'
          : `There ${wordFor(names.length, 'is', 'are')} ${names.join(', ')}.`,
    });
  }

  const get = (id: string): DatasetDetail => requireDatasetDetail(store, id);

  function refuseTakenName(name: string): void {
    if (store.datasets.list().every((other) => other.name.toLowerCase() !== name.trim().toLowerCase())) return;
    throw new AppError('conflict', `Expected a new name, but there is already a dataset "${name.trim()}".`, {
      action: 'Choose another name, or remove that dataset first.',
    });
  }

  function requireFile(of: ImageOfDataset): { path: string; modality: Modality } {
    const image = requireImage(store, of);
    return { path: requirePath(image), modality: requireDataset(store, of.datasetId).modality };
  }

  /** Folders of imports that a crash cut short. */
  async function removeRemains(): Promise<void> {
    const folders = await namesIn(paths.datasets);
    for (const id of folders) {
      if (!importing.has(id) && store.datasets.summary(id) === null)
        await rm(paths.dataset(id), { recursive: true, force: true });
    }
  }

  /** A MedMNIST file becomes a folder of the library. */
  async function unpacked<R extends PreviewRequest>(request: R, { progress, signal }: JobContext): Promise<R> {
    const onProgress = (images: number): void => progress(images, 0, `${countOf(images, 'image')} unpacked so far`);
    return { ...request, folder: await unpackMedmnist(request.folder, paths.unpacked, { onProgress, signal }) };
  }

  async function removeUnpacked(folder: string): Promise<void> {
    if (path.dirname(folder) !== paths.unpacked) return;
    const isUsed = store.datasets.list().some((other) => get(other.id).folder === folder);
    if (!isUsed) await rm(folder, { recursive: true, force: true });
  }

  async function runImport(wanted: ImportRequest, context: JobContext): Promise<{ datasetId: string }> {
    const { progress, signal } = context;
    const request = await unpacked(wanted, context);
    const datasetId = randomUUID();
    importing.add(datasetId);
    try {
      await removeRemains();
      const onWalk = (seen: WalkProgress): void => progress(0, 0, previewWords({ stage: 'folder', ...seen }));
      const different = new Set(
        store.picturePairs.declared().map(({ firstId, secondId }) => pairKey(firstId, secondId)),
      );
      const built = await buildDataset(request, {
        ...{ datasetId, different, onWalk, signal },
        onProgress: progress,
        journal: paths.inspections(request.folder),
      });
      commitFile(paths.manifest(datasetId), (temporary) => {
        for (const piece of manifestPieces(built.dataset, built.images)) fs.appendFileSync(temporary, piece);
      });
      signal.throwIfAborted();
      refuseTakenName(request.name);
      store.transaction(() => {
        store.datasets.insert(built.dataset, built.images, built.problems);
        store.picturePairs.insert(datasetId, built.pairs);
        store.patientHashes.insert(datasetId, built.dicomPatients);
      });
      return { datasetId };
    } catch (error) {
      await rm(paths.dataset(datasetId), { recursive: true, force: true });
      throw error;
    } finally {
      importing.delete(datasetId);
    }
  }

  async function runVerify(detail: DatasetDetail, { progress, signal }: JobContext): Promise<DatasetVerification> {
    const images = store.datasets.images(detail.id);
    const files = await verifyImages({ folder: detail.folder, images, onProgress: progress, signal });
    const { contentHash: expected, target } = detail;
    const manifest = readManifestHash(paths.manifest(detail.id));
    return { ...files, recordsIntact: contentHash(target.outputs, images) === expected && manifest === expected };
  }

  return {
    /** Newest first. */
    list: () => store.datasets.list(),
    /** Throws `not-found`. */
    get,
    /** By id or name. Throws `not-found` with the names that there are. */
    find,
    /** All problems of an import, worst first; `get` carries the first 200. */
    problems: ({ id, ...page }: { id: string; offset: number; limit: number }) =>
      store.datasets.problems(get(id).id, page),
    /** Starts the job; its result is an ImportPreview, its note says what has been seen. */
    preview: (request: PreviewRequest) =>
      jobs.start('preview', 'Reading the folder', async (context) =>
        previewImport(await unpacked(request, context), {
          signal: context.signal,
          onProgress: (at) => context.progress(at.folders + at.files, 0, previewWords(at)),
        }),
      ),
    /** Starts the job; its result is `{ datasetId }`. Throws `conflict` when the name is taken. */
    import(request: ImportRequest): Job {
      refuseTakenName(request.name);
      return jobs.start('import', `Importing ${request.name.trim()}`, (context) =>
        withTightHeap(() => runImport(request, context)),
      );
    },
    /** Imports the folder of a dataset once more, with the same answers and without the images that are marked to be left out. */
    importAgain({ id, name }: { id: string; name: string }): Job {
      const request = importRequestSchema.parse({ ...(store.datasets.request(get(id).id) as object), name });
      const before = (request.exclude ?? []).filter(({ imageId }) => store.datasets.image(id, imageId) === null);
      const marked = store.imageMarks.list(id, 'exclude').map(({ imageId, reason }) => ({ imageId, reason }));
      return this.import({ ...request, exclude: [...before, ...marked] });
    },
    /** Throws `conflict` while studies use it. The user's files stay as they are. */
    async remove(id: string): Promise<void> {
      const { name, folder } = get(id);
      const studies = store.datasets.usedBy(id);
      if (studies.length > 0) {
        const shown = studies
          .slice(0, 3)
          .map((study) => `"${study}"`)
          .join(', ');
        throw new AppError(
          'conflict',
          `The dataset "${name}" is used by ${studies.length === 1 ? 'the study' : `${studies.length} studies:`} ${shown}${studies.length > 3 ? ', …' : ''}.`,
          { action: 'Remove what uses it first; the results of a study need its dataset.' },
        );
      }
      store.datasets.remove(id);
      removeJournal(paths.inspections(folder));
      await removeUnpacked(folder);
      await rm(paths.dataset(id), { recursive: true, force: true });
      for (const cache of await namesIn(paths.caches)) {
        if (cache.startsWith(`${id}-`)) await rm(path.join(paths.caches, cache), { recursive: true, force: true });
      }
    },
    images(input: ImageQuery): { total: number; images: DatasetImage[] } {
      const { id, split, output, flag, offset, limit } = imageQuerySchema.parse(input);
      const { outputs } = get(id).target;
      const positiveOutput = output === undefined ? undefined : outputs.indexOf(output);
      if (positiveOutput === -1) {
        throw new AppError('bad-input', `Expected an output of this dataset (${outputs.join(', ')}), got "${output}".`);
      }
      return store.datasets.page(id, { split, positiveOutput, flag, offset, limit });
    },
    /** The split as CSV, which `splitFile` of an import follows: image (relative to the folder), patient's number, part. */
    splitCsv(id: string): string {
      const { folder } = get(id);
      const rows = store.datasets.images(id).map((image): CsvCell[] => {
        const file = path.relative(folder, requirePath(image));
        return [file.replaceAll(path.sep, '/'), image.patient, image.split];
      });
      return formatCsv(['image', 'patient', 'split'], rows);
    },
    /** Starts the job; its result is a DatasetVerification. */
    verify(id: string): Job {
      const detail = get(id);
      return jobs.start('verify', `Checking the files of ${detail.name}`, (context) => runVerify(detail, context));
    },
    /** The WebP file's bytes; drawn again where it is missing. */
    async thumbnail(request: ImageOfDataset): Promise<Uint8Array> {
      const { path: source, modality } = requireFile(request);
      const file = paths.thumbnail(request.datasetId, request.imageId);
      // Whatever is wrong with the drawn one, it is drawn again; that fails with its reason.
      const bytes = await fs.promises.readFile(file).catch(() => null);
      if (bytes !== null) return bytes;
      const drawn = await writeThumbnail(source, file, { modality });
      if (!drawn.ok) throw imageError(drawn.error);
      return fs.promises.readFile(file);
    },
    /** The image itself, decoded anew: WebP, at most `side` pixels (64 to 4096) on the longer side. Throws what is wrong with its file. */
    async picture({ side, ...request }: ImageOfDataset & { side: number }): Promise<Uint8Array> {
      if (!Number.isInteger(side) || side < 64 || side > 4096) {
        throw new AppError('bad-input', 'Expected a side of 64 to 4096 pixels.');
      }
      const { path: source, modality } = requireFile(request);
      const drawn = await renderForScreen(source, { modality, side });
      if (!drawn.ok) throw imageError(drawn.error);
      return drawn.value;
    },
  };
}

export type DatasetsService = ReturnType<typeof createDatasetsService>;

function requirePath({ path: file }: { path: string }): string {
  if (file !== '') return file;
  throw new AppError('not-found', 'The images of a study that was opened from a bundle are not in this library.');
}

function imageError({ code, message, action }: ImageFailure): AppError {
  return new AppError(code, message, action === undefined ? {} : { action });
}

function previewWords({ stage, folders, files }: PreviewProgress): string {
  const seen = `${countOf(files, 'file')} in ${countOf(folders, 'folder')}`;
  return { folder: `${seen} so far`, labels: `${seen}, reading the labels`, images: `${seen}, looking for the images` }[
    stage
  ];
}

/** The hash that the manifest's own images give, null when the manifest is missing or damaged. */
function readManifestHash(file: string): string | null {
  const manifest = readJsonOrNull(file, manifestSchema);
  if (manifest === null) return null;
  const hash = contentHash(manifest.target.outputs, manifest.images);
  return hash === manifest.contentHash ? hash : null;
}
