/** What a request names, from the library; `not-found` in the same words wherever it is not there. */
import type { DatasetDetail, DatasetSummary, Endpoint } from '../../shared/dataset/dataset.ts';
import type { ImageRecord } from '../../shared/dataset/dataset-record.ts';
import type { RunSummary } from '../../shared/run/run.ts';
import type { Arm } from '../../shared/study/study.ts';
import { AppError } from '../../shared/system/errors.ts';
import type { Store } from '../store/open.ts';
import type { StoredStudy } from '../store/studies.ts';

/** @throws AppError `not-found` */
export function requireStudy(store: Store, id: string): StoredStudy {
  const list = 'List the studies to see which there are.';
  return store.studies.get(id) ?? missing('a study of this library, found none with this id', list);
}

/** @throws AppError `not-found` */
export function requireRun(store: Store, id: string): RunSummary {
  const list = 'List the runs of the study to see which there are.';
  return store.runs.get(id) ?? missing('a run of this library, found none with this id', list);
}

/** @throws AppError `not-found` */
export function requireDataset(store: Store, id: string): DatasetSummary {
  return store.datasets.summary(id) ?? missingDataset();
}

/** @throws AppError `not-found` */
export function requireDatasetDetail(store: Store, id: string): DatasetDetail {
  return store.datasets.get(id) ?? missingDataset();
}

/** @throws AppError `not-found` */
export function requireImage(store: Store, of: { datasetId: string; imageId: string }): ImageRecord {
  requireDataset(store, of.datasetId);
  const list = 'Look at the images of the dataset to see which there are.';
  return store.datasets.image(of.datasetId, of.imageId) ?? missing('an image of this dataset, got another id', list);
}

/** @throws AppError `not-found` */
export function requireArm(arms: readonly Arm[], id: string): Arm {
  const names = `It has: ${arms.map((arm) => arm.id).join(', ')}.`;
  return arms.find((arm) => arm.id === id) ?? missing(`an arm of this study, got "${id}"`, names);
}

/** @throws AppError `not-found` */
export function requireEndpoint(endpoints: readonly Endpoint[], id: string): Endpoint {
  const names = `It has: ${endpoints.map((endpoint) => endpoint.id).join(', ')}.`;
  return endpoints.find((endpoint) => endpoint.id === id) ?? missing(`an endpoint of this study, got "${id}"`, names);
}

function missingDataset(): never {
  return missing('a dataset of this library, found none with this id', 'List the datasets to see which there are.');
}

function missing(what: string, action: string): never {
  throw new AppError('not-found', `Expected ${what}.`, { action });
}
