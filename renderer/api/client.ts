/** The typed client of the host's API. State classes use it; components never do. */
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import type { AppRouter } from '../../main/api/router.ts';

export const API_BASE = '/api';

export function createApi() {
  const url = `${API_BASE}/trpc`;
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url }),
        false: httpBatchLink({ url, maxURLLength: 4000 }),
      }),
    ],
  });
}

export type Api = ReturnType<typeof createApi>;

export function thumbnailUrl(datasetId: string, imageId: string): string {
  return `${API_BASE}/thumbnails/${encodeURIComponent(datasetId)}/${encodeURIComponent(imageId)}`;
}

/** The image itself, at most `side` pixels (64 to 4096) on the longer side. */
export function pictureUrl(datasetId: string, imageId: string, side: number): string {
  return `${API_BASE}/images/${encodeURIComponent(datasetId)}/${encodeURIComponent(imageId)}?side=${side}`;
}

export const splitCsvUrl = (datasetId: string): string => `${API_BASE}/splits/${encodeURIComponent(datasetId)}.csv`;

export const marksCsvUrl = (datasetId: string): string => `${API_BASE}/marks/${encodeURIComponent(datasetId)}.csv`;

/** Numbers of the details, or comparisons of models and with the margin. */
export function partCsvUrl(studyId: string, part: 'details' | 'margins'): string {
  return `${API_BASE}/results/${encodeURIComponent(studyId)}/${part}.csv`;
}

export const resultsCsvUrl = (studyId: string): string => `${API_BASE}/results/${encodeURIComponent(studyId)}.csv`;
