/** A study bundle: one study as a zip file, opened read-only elsewhere (docs/report.md). */
import { formatCount } from '../words/numbers.ts';
import { z } from 'zod';

/** What the library keeps of the bundle that a study was opened from. */
export const bundleOriginSchema = z.object({
  /** SHA-256 of the zip file. */
  sha256: z.string(),
  exportedAt: z.string(),
  openedAt: z.string(),
  /** Version of the app that wrote it. */
  appVersion: z.string(),
  /** The results, computed again from the predictions and compared with those in the bundle. */
  recomputed: z.object({
    /** Numbers of the bundle's results that were compared. */
    numbers: z.int(),
    /** Those that came out otherwise, to the last digit. */
    different: z.int(),
  }),
});
export type BundleOrigin = z.infer<typeof bundleOriginSchema>;

export interface OpenedBundle {
  studyId: string;
  name: string;
  runs: number;
  images: number;
  bundle: BundleOrigin;
  /** The same file had been opened before; nothing was changed. */
  already: boolean;
}

/** What a recomputation found, in one sentence. */
export function describeRecomputed({ recomputed, appVersion }: BundleOrigin): string {
  const { numbers, different } = recomputed;
  const compared = formatCount(numbers);
  return different === 0
    ? `All ${compared} numbers of its results were computed again from its predictions and agree to the last digit.`
    : `${formatCount(different)} of the ${compared} numbers of its results came out otherwise when computed again from its predictions; the bundle was written by version ${appVersion}.`;
}
