/** Where the networks of a study go wrong on the test images, run by run, at thresholds that were frozen on validation images. */
import type { MistakesAuc } from '../../../shared/mistakes/mistakes.ts';
import type { MarkedImage } from '../../../shared/dataset/image-marks.ts';
import type { CalledRun } from '../../../shared/results/details-tables/calls.ts';
import type { ThresholdRuleName } from '../../../shared/results/study-details.ts';

/** Positive images that were missed, and negative ones called positive. */
export interface ErrorCounts {
  fn: number;
  fp: number;
}

export interface FailureArm {
  armId: string;
  runs: number;
  /** Images that more than half of its runs get wrong; null where a run has no threshold. */
  wrong: ErrorCounts | null;
  /** Of these, the images that no other arm gets wrong (in more than half of its runs). */
  alone: number | null;
}

export interface FailureSubgroup {
  variable: string;
  name: string;
  positives: number;
  negatives: number;
  patients: number;
  /** Mean over the arm's runs; null below `leastInClass` positives (misses) or negatives (false alarms). */
  arms: { armId: string; fn: number | null; fp: number | null }[];
}

/** An image and how many of all runs get it wrong. */
export interface FailureImage {
  id: string;
  /** By the reference standard. */
  label: 0 | 1;
  wrongRuns: number;
}

export interface FailureOverlap {
  runs: number;
  /** Images that every arm gets wrong, each in more than half of its runs. */
  everyArm: ErrorCounts;
  /** Images that every single run gets wrong. */
  everyRun: ErrorCounts;
  /** As many would be expected if the runs erred independently of each other within each class: n x product of the runs' rates. */
  expected: ErrorCounts;
  /** Images that no run gets wrong. */
  noRun: number;
  /** Some of `everyRun`, by the mean over runs of |label - score|, largest first. */
  images: FailureImage[];
}

export interface FailureAnalysis {
  endpointId: string;
  rule: ThresholdRuleName;
  positives: number;
  negatives: number;
  /** Test images without a known answer: in no number here. */
  unknown: number;
  runs: CalledRun[];
  arms: FailureArm[];
  subgroups: FailureSubgroup[];
  /** Null where a run has no threshold. */
  overlap: FailureOverlap | null;
  /** Test images that are marked as probable label noise, with what the runs make of them. */
  marked: FailureImage[];
  /** Positives (or negatives) that a subgroup needs. */
  leastInClass: number;
}

/** Exploratory: an arm's AUC with and without the images marked as probable label noise. */
export interface AucWithoutMarked {
  endpointId: string;
  armId: string;
  all: MistakesAuc;
  without: MistakesAuc;
}

/** Everything about errors that a report prints. */
export interface StudyFailures {
  /** One a headline endpoint; empty while no run has finished. */
  endpoints: FailureAnalysis[];
  /** Of the dataset, latest first. */
  marks: MarkedImage[];
  /** Empty where no test image is marked. */
  withoutMarked: AucWithoutMarked[];
}
