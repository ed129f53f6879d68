/** Pictures that an import found twice. What a reader says of them holds from the next import on: a dataset never changes. */
import {
  differentPicturesSchema,
  pairsQuerySchema,
  type DifferentPictures,
  type ListedPair,
} from '../../../shared/dataset/picture-pairs.ts';
import { AppError } from '../../../shared/system/errors.ts';
import type { Store } from '../../store/open.ts';
import { requireDataset } from '../require.ts';

export interface PairOfDataset {
  datasetId: string;
  firstId: string;
  secondId: string;
}

export interface PicturePairsService {
  /** Those that look the same first. @throws AppError `not-found`. */
  list(query: { id: string; offset?: number | undefined; limit?: number | undefined }): {
    total: number;
    pairs: ListedPair[];
  };
  /** @throws AppError `not-found` where the dataset lists no such pair. */
  declareDifferent(request: PairOfDataset & { reason: string }): DifferentPictures;
  /** The reason that was given, to undo the withdrawal with; null where there was none. @throws AppError `not-found`. */
  withdrawDifferent(request: PairOfDataset): string | null;
}

export function createPicturePairsService({ store }: { store: Store }): PicturePairsService {
  function requirePair({ datasetId, firstId, secondId }: PairOfDataset): ListedPair {
    requireDataset(store, datasetId);
    const pair = store.picturePairs.find(datasetId, firstId, secondId);
    if (pair !== null) return pair;
    throw new AppError('not-found', 'Expected two pictures that this dataset lists as looking the same, got others.', {
      action: 'List the pairs to see which there are. Copies with the same pixels are the same picture in any case.',
    });
  }

  return {
    list(query) {
      const { id, ...page } = pairsQuerySchema.parse(query);
      requireDataset(store, id);
      return store.picturePairs.page(id, page);
    },
    declareDifferent(request) {
      requirePair(request);
      const declared = { ...differentPicturesSchema.parse(request), decidedAt: new Date().toISOString() };
      store.picturePairs.declare(declared);
      return declared;
    },
    withdrawDifferent(request) {
      const { reason } = requirePair(request);
      store.picturePairs.withdraw(request.firstId, request.secondId);
      return reason;
    },
  };
}
