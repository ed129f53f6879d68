/** Every folder and file name of the library folder, in one place. Nothing here touches the disk. */
import path from 'node:path';
import { sha256Of } from './sha256.ts';

export function libraryPaths(home: string) {
  const at = (...parts: string[]): string => path.join(home, ...parts);
  return {
    home,
    database: at('library.sqlite'),
    /** Held for the lifetime of the one host process that may write to the library. */
    lock: at('library.lock'),
    /** What the user has set for this library. */
    settings: at('settings.json'),
    /** Port and token of `serve`, for this user only. */
    serve: at('serve.json'),
    datasets: at('datasets'),
    /** Folder, `manifest.json` and thumbnails of one dataset. */
    dataset: (datasetId: string) => at('datasets', datasetId),
    manifest: (datasetId: string) => at('datasets', datasetId, 'manifest.json'),
    thumbnails: (datasetId: string) => at('datasets', datasetId, 'thumbnails'),
    thumbnail: (datasetId: string, imageId: string) => at('datasets', datasetId, 'thumbnails', `${imageId}.webp`),
    caches: at('cache'),
    /** Decoded images of a dataset at one size (pixels of the side), shared by all runs. */
    cache: (datasetId: string, size: number) => at('cache', `${datasetId}-${size}`),
    weights: at('weights'),
    /** Unfinished downloads. */
    weightsDownloads: at('weights', 'downloads'),
    weightsFile: (weightsId: string) => at('weights', `${weightsId}.safetensors`),
    studies: at('studies'),
    study: (studyId: string) => at('studies', studyId),
    /** The number that the list of studies shows of it; it can be computed again from the runs. */
    headline: (studyId: string) => at('studies', studyId, 'headline.json'),
    /** The margins declared for it, one a line. */
    margins: (studyId: string) => at('studies', studyId, 'margins.jsonl'),
    leakageProof: (studyId: string) => at('studies', studyId, 'leakage-proof.json'),
    /** What was found about the similarity of its networks, by one method. */
    similarity: (studyId: string, method: string) => at('studies', studyId, `similarity-${method}.json`),
    runs: (studyId: string) => at('studies', studyId, 'runs'),
    run: (studyId: string, runId: string) => at('studies', studyId, 'runs', runId),
    /** Images of files that hold many (MedMNIST), a folder for each file. */
    unpacked: at('unpacked'),
    /** What imports have found out about the images of a folder. */
    inspections: (folder: string) =>
      at('cache', 'inspections', `${sha256Of(path.resolve(folder)).slice(0, 20)}.sqlite`),
    phantoms: at('phantoms'),
    reports: at('reports'),
    report: (studyId: string) => at('reports', studyId),
  };
}

export type LibraryPaths = ReturnType<typeof libraryPaths>;
