/** What a reader must know of a report that was made from a study bundle: who computed what. */
import { describeRecomputed, type BundleOrigin } from '../../../shared/bundle/bundle.ts';
import { formatDateTime } from '../../../shared/words/times.ts';

export const bundleWarning = (bundle: BundleOrigin): string =>
  `Made from a study bundle, not in the library that trained the networks. ${describeRecomputed(bundle)} Section 6 says what was taken over as it was.`;

export function bundleMethods(bundle: BundleOrigin): string {
  const { sha256, exportedAt, openedAt, appVersion } = bundle;
  return `The study was opened on ${formatDateTime(openedAt, 'utc')} from a bundle that version ${appVersion} of Transfusion Lab wrote on ${formatDateTime(exportedAt, 'utc')} (SHA-256 ${sha256}). Computed here, from the predictions of the bundle: AUCs, intervals, tests, the bootstrap, operating points, calibration, subgroups and errors. Taken over as the authors’ library stored them, and not recomputed: training itself and its curves, steps and times, the split, labels and marks, hashes of data and weights, declared margins, answers of the authors, and similarities of networks where there are any. Not in a bundle: images and weights, so that filters, movement of layers and explanations of images are missing here. Ages are whole years of at most 90 and sites are numbered.`;
}
