/** Every folder and file name of the library folder, in one place. Nothing here touches the disk. */
import path from 'node:path';

export interface LibraryPaths {
  home: string;
  database: string;
  /** Held for the lifetime of the one host process that may write to the library. */
  lock: string;
  /** What the user has set for this library. */
  settings: string;
  datasets: string;
  /** Folder, `manifest.json` and thumbnails of one dataset. */
  dataset(datasetId: string): string;
  manifest(datasetId: string): string;
  thumbnails(datasetId: string): string;
  thumbnail(datasetId: string, imageId: string): string;
  caches: string;
  /** Decoded images of a dataset at one size (pixels of the side), shared by all runs. */
  cache(datasetId: string, size: number): string;
  weights: string;
  weightsFile(weightsId: string): string;
  /** Unfinished downloads. */
  weightsDownloads: string;
  studies: string;
  study(studyId: string): string;
  /** The number that the list of studies shows of it; it can be computed again from the runs. */
  headline(studyId: string): string;
  /** The margins declared for it, one a line. */
  margins(studyId: string): string;
  /** What was found about the similarity of its networks, by one method. */
  similarity(studyId: string, method: string): string;
  runs(studyId: string): string;
  run(studyId: string, runId: string): string;
  phantoms: string;
  reports: string;
  report(studyId: string): string;
}

export function libraryPaths(home: string): LibraryPaths {
  const at = (...parts: string[]): string => path.join(home, ...parts);
  return {
    home,
    database: at('library.sqlite'),
    lock: at('library.lock'),
    settings: at('settings.json'),
    datasets: at('datasets'),
    dataset: (datasetId) => at('datasets', datasetId),
    manifest: (datasetId) => at('datasets', datasetId, 'manifest.json'),
    thumbnails: (datasetId) => at('datasets', datasetId, 'thumbnails'),
    thumbnail: (datasetId, imageId) => at('datasets', datasetId, 'thumbnails', `${imageId}.webp`),
    caches: at('cache'),
    cache: (datasetId, size) => at('cache', `${datasetId}-${size}`),
    weights: at('weights'),
    weightsDownloads: at('weights', 'downloads'),
    weightsFile: (weightsId) => at('weights', `${weightsId}.safetensors`),
    studies: at('studies'),
    study: (studyId) => at('studies', studyId),
    headline: (studyId) => at('studies', studyId, 'headline.json'),
    margins: (studyId) => at('studies', studyId, 'margins.jsonl'),
    similarity: (studyId, method) => at('studies', studyId, `similarity-${method}.json`),
    runs: (studyId) => at('studies', studyId, 'runs'),
    run: (studyId, runId) => at('studies', studyId, 'runs', runId),
    phantoms: at('phantoms'),
    reports: at('reports'),
    report: (studyId) => at('reports', studyId),
  };
}
