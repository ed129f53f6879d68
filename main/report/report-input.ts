/** Everything a report says, as data. The service fills it; the renderer is a pure function of it. */
import type { BundleOrigin } from '../../shared/bundle/bundle.ts';
import type { DatasetDetail } from '../../shared/dataset/dataset.ts';
import type { LeakageProof } from '../../shared/dataset/leakage-proof.ts';
import type { StudyFailures } from '../analysis/mistakes/failures.ts';
import type { WeightSetSummary } from '../../shared/study/models.ts';
import type { Protocol } from '../../shared/study/protocol.ts';
import type { ConvergenceCurve, FilterView, StudyResults } from '../../shared/results/results.ts';
import type { RunSummary } from '../../shared/run/run.ts';
import type { StudySimilarity } from '../../shared/similarity/similarity.ts';
import type { StudyDetails } from '../../shared/results/study-details.ts';
import type { Arm, StudySpec } from '../../shared/study/study.ts';
import type { ArmWeightMovement, RunWeights } from '../../shared/weights/weight-changes.ts';
import type { MistakePictures } from './sections/mistake-pictures.ts';
import type { PartCharacteristics } from '../../shared/dataset/patient-characteristics.ts';

export interface ReportInput {
  /** ISO 8601, UTC. */
  generatedAt: string;
  appVersion: string;
  study: { id: string; name: string; createdAt: string; spec: StudySpec; protocol: Protocol; arms: readonly Arm[] };
  dataset: DatasetDetail;
  /** Null or absent: a study from a bundle of an earlier version. */
  leakageProof?: LeakageProof | null;
  /** Distinct sites named by the data set; 0 where it names none. */
  sites: number;
  /** Other studies of the library that have scored test images of this one, by the images' hashes. */
  otherScorings: number;
  /** Age and sex of the patients of each part. */
  characteristics: readonly PartCharacteristics[];
  /** What the test set can tell, for each headline endpoint with two images of each class. */
  precision: readonly TestPrecision[];
  /** The weight sets that the study's initialisations name. */
  weights: readonly WeightSetSummary[];
  results: StudyResults;
  /** Operating points, calibration and subgroups (StudyDetails) of each headline endpoint; absent: left out. */
  details?: readonly StudyDetails[];
  /** Cross-tabulation, shared errors and doubtful labels; absent: left out. */
  failures?: StudyFailures;
  /** Images of errors with their maps, where the author asked for them; absent: the report holds no image. */
  mistakePictures?: MistakePictures;
  /** What the study was opened from; null for a study of this library. */
  bundle: BundleOrigin | null;
  /** All runs of the study, in the order of arms and seeds. */
  runs: readonly RunSummary[];
  /** Of each arm with a finished run: where the first values of its tensors came from, by stage. */
  origins: readonly { armId: string; summary: string }[];
  curves: readonly ConvergenceCurve[];
  filters: readonly FilterView[];
  /** Null where nothing was compared. */
  similarity: StudySimilarity | null;
  /** How far the stages of each arm moved; empty while no run has finished. */
  movement: readonly ArmWeightMovement[];
  /** Weights of one finished run per arm, its lowest seed. */
  weightRuns: readonly RunWeights[];
  /** To the questions of the checklists (shared/study/questionnaire.ts), with what the authors confirmed. */
  answers: Readonly<Record<string, string>>;
  /** The study's configuration as YAML. */
  configuration: string;
  /** Names of the files beside the report. */
  files: readonly { name: string; holds: string }[];
}

/** Widths of the 95 % interval of an AUC that a test set allows, before any result is known (Hanley and McNeil 1982). */
export interface TestPrecision {
  endpointId: string;
  widths: { auc: number; width: number }[];
  /** Test images that a width would take at this share of positives; null: more than can be counted. */
  wanted: { auc: number; width: number; images: number | null };
}
