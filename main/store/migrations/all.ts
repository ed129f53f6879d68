import { initial } from './0001-initial.ts';
import { weightDetails } from './0002-weight-details.ts';
import { imageMarks } from './0003-image-marks.ts';
import { bundlesAndAnswers } from './0004-bundles-and-answers.ts';
import { picturesCompared } from './0005-pictures-compared.ts';
import { picturePairs } from './0006-picture-pairs.ts';
import { imageFlags } from './0007-image-flags.ts';
import { patientHashes } from './0008-patient-hashes.ts';
import type { Migration } from './migration.ts';

/** Every migration in order; a new one gets the next number and its own file, and no published file changes. */
export const MIGRATIONS: readonly Migration[] = [
  initial,
  weightDetails,
  imageMarks,
  bundlesAndAnswers,
  picturesCompared,
  picturePairs,
  imageFlags,
  patientHashes,
];
